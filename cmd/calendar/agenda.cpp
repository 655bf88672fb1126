#include "base/text.hpp"
#include "calendar/day_plan.hpp"
#include "calendar/feed.hpp"
#include "cmd/calendar/whose.hpp"
#include "cmd/cli/print.hpp"
#include "form/ics.hpp"
#include "time/calendar.hpp"
#include "time/describe.hpp"

#include <fmt/format.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// agenda: a day or a week in the calendar.
namespace crm::cmd {
namespace {

Days days_given(const Arguments& args, const Clock& clock) {
    if ((args.has("from") || args.has("to")) && (args.has("on") || args.flag("week")))
        throw Error(Fault::usage, "contradiction", "--from and --to contradict --on and --week",
                    "crm agenda --week --on 2026-12-01, or --from 2026-12-01 --to 2026-12-31");
    const Date on = args.date("on", clock).value_or(clock.today());
    if (args.flag("week"))
        return period(on, Unit::week);
    const Date from = args.date("from", clock).value_or(on);
    const Date to = args.date("to", clock).value_or(args.has("from") ? from : on);
    if (to < from || to.days - from.days > 3660)
        throw Error(Fault::usage, "bad_date", "--to must be after --from, within ten years",
                    "--from 2026-12-01 --to 2026-12-31");
    return {from, to};
}

void print_items(Session& session, const std::vector<calendar::PlanItem>& items) {
    std::vector<Rows::Head> heads{
        "id",   "what",    {"start", show::Shape::time}, {"end", show::Shape::time}, "name",
        "with", "location"};
    // A program gets the rest, too; in a table there would be no room for it.
    const bool whole = session.json() || !session.fields.empty();
    if (whole) {
        heads.emplace_back("noun");
        heads.push_back(Rows::Head::yes_or_no("all_day"));
        heads.emplace_back("status");
        heads.push_back(Rows::Head::yes_or_no("conflict"));
    }
    Rows rows(session, heads);
    const auto text = [](std::string_view value) { return value.empty() ? View() : View(value); };
    for (const calendar::PlanItem& item : items) {
        const View values[] = {text(item.id),
                               text(item.what),
                               text(item.start),
                               text(item.end),
                               text(item.name),
                               text(item.with),
                               text(item.location),
                               text(item.noun),
                               std::int64_t{item.all_day},
                               text(item.status),
                               std::int64_t{item.conflict}};
        rows.row(std::span(values).first(heads.size()));
    }
    rows.end();
}

/// 09:00-10:00 meeting    Kickoff, Ada Lovelace; Room 1 (mt1)
std::string line_of(const calendar::PlanItem& item) {
    const auto clock_time = [](const std::string& when) {
        return when.size() > 15 ? when.substr(11, 5) : std::string();
    };
    std::string time = clock_time(item.start);
    if (const std::string end = clock_time(item.end); !end.empty())
        time += "-" + end;
    std::string out = fmt::format("{:<11} {:<9} {}", time, item.what, item.name);
    if (!item.with.empty())
        out += ", " + item.with;
    if (!item.location.empty())
        out += "; " + item.location;
    return text::visible(fmt::format("{} ({}){}", out, item.id, item.conflict ? "  overlaps" : ""));
}

/// For people: day by day, with clock times. What lasts several days is on the first of them.
void print_days(Session& session, const std::vector<calendar::PlanItem>& items) {
    std::string day;
    for (const calendar::PlanItem& item : items) {
        const std::string own = item.start.substr(0, 10);
        if (own != day) {
            const auto date = iso_date(own);
            session.out.write((day.empty() ? "" : "\n") + (date ? with_weekday(*date) : own) +
                              "\n");
            day = own;
        }
        session.out.write("  " + line_of(item) + "\n");
    }
}

/// What other programs subscribe to, without a range 30 days back and 400 ahead.
Days feed_days(const Arguments& args, const Clock& clock) {
    if (args.has("on") || args.flag("week") || args.has("from") || args.has("to"))
        return days_given(args, clock);
    constexpr std::int32_t back = 30, ahead = 400;
    return {{clock.today().days - back}, {clock.today().days + ahead}};
}

int print_feed(Session& session, const Arguments& args) {
    const Clock& clock = session.env.clock;
    const Days days = feed_days(args, clock);
    const std::string text =
        calendar::feed(session.store(), clock, days.first, days.last, whose(session, args));
    const std::string written = text.empty() ? form::calendar_text({}) : text;
    if (args.has("out")) {
        FileWriter file(args.text("out"), !session.dry_run);
        file.write(written);
        file.commit();
    } else if (!text.empty() || !args.flag("if-any")) {
        session.out.write(written);
    }
    if (text.empty())
        session.remark_nothing("nothing is planned");
    return text.empty() && args.flag("exit-empty") ? 1 : 0;
}

int run_agenda(Session& session, const Arguments& args) {
    const Clock& clock = session.env.clock;
    if (session.format == "ics")
        return print_feed(session, args);
    if (args.has("out"))
        throw Error(Fault::usage, "needs_format", "--out requires -o ics",
                    "crm agenda --all -o ics --out calendar.ics");
    const Days days = days_given(args, clock);
    const auto items =
        calendar::day_plan(session.store(), clock, days.first, days.last, whose(session, args));
    const bool for_person = session.env.out_tty && session.format.empty() &&
                            session.fields.empty() && session.pattern.empty();
    if (for_person)
        print_days(session, items);
    else if (!items.empty() || !args.flag("if-any"))
        print_items(session, items);
    if (items.empty())
        session.remark_nothing("nothing is planned");
    return items.empty() && args.flag("exit-empty") ? 1 : 0;
}

}  // namespace

Command agenda_command() {
    Command c{
        .help = "List meetings, calls, visits and tasks of a day or a week",
        .needs = Needs::reading,
        .options = whose_options(),
        .formats = formats::agenda_rows,
        .run = run_agenda,
        .details =
            "A day (today, or --on), a week from Monday, or a range. Series have a row for "
            "each occurrence, with the id of the series; one that was moved has its own. "
            "A start is a date and time, or a day for whole days and for tasks without a "
            "time. On a terminal they are grouped by day, and what overlaps for one of the people "
            "is marked. In JSON and with -F there are also noun, all_day, status and conflict. "
            "-o ics is a calendar that other programs subscribe to: series whole, with "
            "their rules, exceptions and moved occurrences; calls to return as events of half an "
            "hour; without a range from 30 days back to 400 ahead. A user sees what they attend, "
            "organize or own, and what has no user; anyone who is not a user sees all.",
        .examples = {{"agenda", "my day"},
                     {"agenda --week --of grace", "a colleague's week"},
                     {"agenda --team Sales --on 'next mon'", "a team's Monday"},
                     {"agenda --all --from today --to +14d --if-any", "in a crontab"},
                     {"agenda --all -o ics --out team.ics", "a feed for other programs"}}};
    for (Option option : std::vector<Option>{
             {.name = "on", .kind = Kind::moment, .value = "DAY", .help = "that day"},
             {.name = "week", .help = "the week of that day, from Monday"},
             {.name = "from", .kind = Kind::moment, .value = "DAY", .help = "the first day"},
             {.name = "to", .kind = Kind::moment, .value = "DAY", .help = "the last day"},
             {.name = "out",
             .kind = Kind::output_file,
             .value = "FILE",
             .help = "with -o ics: write to this file"},
             {.name = "if-any", .help = "print nothing, not even a header, when there is nothing"},
             {.name = "exit-empty", .letter = 'e', .help = "exit 1 when there is nothing"}})
        c.options.push_back(option);
    return c;
}

}  // namespace crm::cmd
