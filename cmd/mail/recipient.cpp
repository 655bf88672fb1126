#include "cmd/mail/recipient.hpp"

#include "base/text.hpp"
#include "cmd/cli/session.hpp"
#include "meta/type.hpp"

#include <fmt/format.h>

namespace crm::cmd {
namespace {

/// Whose address it is; only a mail that somebody got has it, too.
mail::Recipient recipient_with(Session& session, const std::string& address) {
    for (const std::string_view noun : {"contact", "lead", "user", "account"}) {
        const meta::Entity& entity = session.model().get(noun);
        if (!session.store().db().has_table(noun))
            continue;
        const auto ids =
            session.store().look_up(meta::Lookup::email, text::folded(address), entity);
        if (ids.size() == 1)
            return {store::Found{&entity, ids.front()}, address};
    }
    return {std::nullopt, address};
}

}  // namespace

mail::Recipient recipient(Session& session, const std::string& word) {
    if (meta::is_email(word))
        return recipient_with(session, word);
    if (word.find_first_of("\r\n") != std::string::npos)
        throw Error(
            Fault::refused, "line_break",
            fmt::format("a line break in the address '{}'", text::visible(text::clipped(word, 60))),
            "an address is one line");
    auto found = session.resolver().find(word, nullptr);
    if (!found)
        throw found.error();
    if (found->entity->find("email") == nullptr || found->entity->noun == "mail")
        throw Error(
            Fault::usage, "no_address",
            fmt::format("{} is a {}, which has no e-mail address", word, found->entity->noun),
            "contacts, leads, accounts, users and addresses");
    return {*found, ""};
}

}  // namespace crm::cmd
