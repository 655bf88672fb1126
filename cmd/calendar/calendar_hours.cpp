#include "calendar/working_hours.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "time/calendar.hpp"
#include "time/time_of_day.hpp"

/// calendar hours: the working time of days.
namespace crm::cmd {
namespace {

/// The time of a day in the zone; 24:00 for its end.
std::string clock_time(Instant at, Date day, const Clock& local) {
    Clock then = local;
    then.now = at;
    return then.today() == day ? time_of_day_text(then.second_of_day()) : "24:00";
}

int run_calendar_hours(Session& session, const Arguments& args) {
    const Clock& clock = session.env.clock;
    if (args.words.size() != 1)
        throw Error(Fault::usage, "missing", "calendar hours requires one calendar",
                    "crm calendar hours cl1");
    store::Record calendar =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[0]));
    const BusinessHours hours = calendar::read_hours(calendar, clock.zone);
    const Days week = period(clock.today(), Unit::week);
    const Date from = args.date("from", clock).value_or(week.first);
    const Date to =
        args.date("to", clock).value_or(args.has("from") ? Date{from.days + 6} : week.last);
    if (to < from || to.days - from.days > 3660)
        throw Error(Fault::usage, "bad_date", "--to must be after --from, within ten years",
                    "--from 2026-12-01 --to 2026-12-31");
    const Clock local{clock.now, hours.zone()};
    Rows rows(session, {"day", "from", "to", "minutes", "note"});
    for (Date day = from; day <= to; ++day.days) {
        const std::string note(hours.note(day));
        const auto intervals = hours.intervals(day);
        for (const Interval& found : intervals)
            rows.row({day.iso(), clock_time(found.from, day, local),
                      clock_time(found.to, day, local),
                      (found.to.seconds - found.from.seconds) / 60, note});
        if (intervals.empty() && !note.empty())
            rows.row({day.iso(), Value(), Value(), std::int64_t{0}, note});
    }
    rows.end();
    return 0;
}

}  // namespace

Command calendar_hours() {
    return {
        .help = "Show the working time of days",
        .needs = Needs::reading,
        .arguments =
            {{.name = "REF", .kind = Kind::reference, .required = true, .help = "the calendar"}},
        .options = {{.name = "from",
                     .kind = Kind::moment,
                     .value = "DAY",
                     .help = "the first day; default: this week"},
                    {.name = "to",
                     .kind = Kind::moment,
                     .value = "DAY",
                     .help = "the last day; default: a week"}},
        .formats = formats::rows,
        .run = run_calendar_hours,
        .details =
            "One row for each interval, in the time zone of the calendar; a holiday has "
            "0 minutes and its name. Days without working time are left out.",
        .examples = {{"calendar hours cl1", "this week"},
                     {"calendar hours cl1 --from 2026-12-21 --to 2027-01-03", "over Christmas"}}};
}

}  // namespace crm::cmd
