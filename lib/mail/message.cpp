#include "mail/message.hpp"

#include "base/text.hpp"
#include "meta/type.hpp"

#include <algorithm>

namespace crm::mail {
namespace {

bool breaks_header(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

}  // namespace

std::optional<Address> read_address(std::string_view text) {
    const auto open = text.rfind('<');
    Address out;
    if (open == std::string_view::npos) {
        out.address = text::trimmed(text);
    } else {
        const auto close = text.find('>', open);
        if (close == std::string_view::npos || !text::trimmed(text.substr(close + 1)).empty())
            return {};
        out.address = text::trimmed(text.substr(open + 1, close - open - 1));
        std::string_view name = text::trimmed(text.substr(0, open));
        if (name.size() > 1 && name.starts_with('"') && name.ends_with('"'))
            name = name.substr(1, name.size() - 2);
        out.name = name;
    }
    if (!meta::is_email(out.address) || breaks_header(out.name))
        return {};
    return out;
}

std::optional<std::string> header_fault(const Message& message) {
    const auto fault = [](std::string_view where) {
        return "a line break in the " + std::string(where);
    };
    if (breaks_header(message.subject))
        return fault("subject");
    const auto breaks = [](const Address& who) {
        return breaks_header(who.name) || breaks_header(who.address);
    };
    if (breaks(message.from) || breaks_header(message.reply_to))
        return fault("sender");
    if (std::ranges::any_of(message.to, breaks) || std::ranges::any_of(message.cc, breaks))
        return fault("address");
    const auto breaks_name = [](const Part& part) { return breaks_header(part.name); };
    if (std::ranges::any_of(message.attachments, breaks_name))
        return fault("name of an attachment");
    const ListHeaders& list = message.list;
    if (breaks_header(list.name) || breaks_header(list.id))
        return fault("name of the campaign");
    if (breaks_header(list.unsubscribe_url) || breaks_header(list.unsubscribe_mail))
        return fault("link to unsubscribe");
    return {};
}

}  // namespace crm::mail
