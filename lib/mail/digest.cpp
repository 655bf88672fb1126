#include "mail/digest.hpp"

#include "base/text.hpp"
#include "calendar/feed.hpp"
#include "show/html.hpp"
#include "time/describe.hpp"
#include "time/time_of_day.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace crm::mail {
namespace {

using calendar::Digest;
using calendar::DigestItem;
using DigestPart = calendar::DigestItem::Part;

constexpr std::array<std::string_view, calendar::digest_parts> headings{
    "Missed", "Overdue", "Today", "Promises", "Reminders", "Coming up", "Birthdays"};

/// Where an item is in its part: its time where that is today, else its day.
std::string time_of(const Digest& digest, const DigestItem& one) {
    const auto at = read_instant(one.item.when, digest.clock);
    if (!at)
        return {};
    const Date day = digest.clock.day(*at);
    if (day != digest.clock.today())
        return with_weekday(day) + " ";
    if (one.item.when.size() == std::string_view("2026-11-30").size())
        return {};
    Clock then = digest.clock;
    then.now = *at;
    return time_of_day_text(then.second_of_day()) + " ";
}

/// 10:00 meet Kickoff, Ada Lovelace (mt1)
std::string line_of(const Digest& digest, const DigestItem& one) {
    const std::string when = one.part == DigestPart::missed
                                 ? fmt::format("was on {}: ", with_weekday(one.day))
                                 : time_of(digest, one);
    const std::string about = one.item.about.empty() ? "" : ", " + one.item.about;
    return text::visible(
        fmt::format("{}{} {}{} ({})", when, one.item.what, one.item.name, about, one.item.id));
}

struct Texts {
    std::string plain, html;
};

Texts texts_of(const Digest& digest) {
    std::string plain;
    show::Html html;
    std::optional<DigestPart> part;
    for (const DigestItem& one : digest.items) {
        if (part != one.part) {
            const std::string_view heading = headings[static_cast<std::size_t>(one.part)];
            plain += fmt::format("{}{}\n", part ? "\n" : "", heading);
            if (part)
                html += "</ul>\n";
            html += "<h2>";
            html += show::escaped(heading);
            html += "</h2>\n<ul>\n";
            part = one.part;
        }
        const std::string line = line_of(digest, one);
        plain += "- " + line + "\n";
        html += "<li>";
        html += show::escaped(line);
        html += "</li>\n";
    }
    html += "</ul>\n";
    return {std::move(plain), html.text()};
}

std::string subject_of(const Digest& digest) {
    return fmt::format("{}{}{} due on {}", digest.to.empty() ? "" : digest.name + ": ",
                       digest.items.size(), digest.told_before ? " more" : "",
                       with_weekday(digest.clock.today()));
}

}  // namespace

Written write_digest(store::Writer& writer, store::Resolver& resolver, const Digest& digest,
                     const Address& from) {
    store::Store& store = writer.store();
    store::Record mail(store.model().get("mail"));
    const auto put = [&](std::string_view field, Value value) {
        mail.put(*mail.entity->find(field), {std::move(value)});
    };
    Texts texts = texts_of(digest);
    put("subject", subject_of(digest));
    put("body", std::move(texts.plain));
    put("html", std::move(texts.html));
    put("from", from.address);
    put("automatic", std::int64_t{1});
    const store::Found user{&store.model().with(meta::Role::user), digest.user};
    WriteRequest request;
    request.each = true;
    request.about = user;
    request.to.push_back(digest.to.empty() ? Recipient{user, digest.address}
                                           : Recipient{std::nullopt, digest.to});
    const Date today = digest.clock.today();
    if (std::string day = calendar::feed(store, digest.clock, today, today, digest.whose);
        !day.empty())
        request.attachments.push_back({"agenda.ics", "", std::move(day)});
    calendar::keep_told(store, digest);
    return write(writer, resolver, mail, request).front();
}

}  // namespace crm::mail
