#include "mail/digest.hpp"

#include "base/text.hpp"
#include "calendar/day_plan.hpp"
#include "show/html.hpp"
#include "show/writer.hpp"
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
using Part = calendar::DigestItem::Part;

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
    const std::string when = one.part == Part::missed
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
    std::optional<Part> part;
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

/// An instant in UTC, or a day, as a calendar file has it.
std::string utc(const std::string& when, const Clock& clock) {
    if (when.size() == std::string_view("2026-11-30").size())
        return when;
    const auto at = read_instant(when, clock);
    return at ? at->iso() : std::string();
}

/// The day of the user, all of it, as an iCalendar file.
std::string day_as_calendar(store::Store& store, const Digest& digest) {
    const std::array columns{show::Column{"uid"},      show::Column{"updated_at"},
                             show::Column{"subject"},  show::Column{"start"},
                             show::Column{"end"},      show::Column{"due"},
                             show::Column{"location"}, show::Column{"description"}};
    std::string out;
    show::Sink sink([&](std::string_view text) { out += text; });
    const show::Style style;
    const auto writer = show::writer(show::Format::ics, columns, style, sink);
    const Date today = digest.clock.today();
    for (const calendar::PlanItem& plan :
         calendar::day_plan(store, digest.clock, today, today, digest.whose)) {
        const meta::Entity& noun = store.model().get(plan.noun);
        const store::Record record =
            store.get(noun, std::stoll(plan.id.substr(noun.prefix.size())));
        const bool is_task = plan.what == "task";
        const std::string start = utc(plan.start, digest.clock);
        std::string end = utc(plan.end, digest.clock);
        if (const auto last = iso_date(end))  // a calendar has the day after
            end = Date{last->days + 1}.iso();
        const std::array<std::string, columns.size()> texts{
            record.uid,         record.text(*noun.find("updated_at")),
            plan.name,          is_task ? "" : start,
            is_task ? "" : end, is_task ? start : "",
            plan.location,      plan.with};
        std::array<View, columns.size()> views;
        std::array<show::Cells, columns.size()> cells;
        for (std::size_t i = 0; i < texts.size(); ++i) {
            views[i] = texts[i].empty() ? View() : View(std::string_view(texts[i]));
            cells[i] = show::Cells(&views[i], 1);
        }
        writer->row(cells);
    }
    writer->end();
    return out;
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
    request.attachments.push_back({"agenda.ics", "", day_as_calendar(store, digest)});
    calendar::keep_told(store, digest);
    return write(writer, resolver, mail, request).front();
}

}  // namespace crm::mail
