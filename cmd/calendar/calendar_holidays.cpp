#include "base/text.hpp"
#include "calendar/holidays.hpp"
#include "cmd/calendar/activity_words.hpp"
#include "cmd/cli/errors.hpp"
#include "cmd/cli/files.hpp"

#include <fmt/format.h>

/// calendar holidays: the days of a calendar file.
namespace crm::cmd {
namespace {

int run_calendar_holidays(Session& session, const Arguments& args) {
    if (args.words.size() != 2)
        throw Error(Fault::usage, "missing", "calendar holidays requires a calendar and a file",
                    "crm calendar holidays cl1 holidays.ics");
    const std::string& path = args.words[1];
    constexpr std::size_t most = std::size_t{256} << 20;
    const std::string bytes = path == "-" ? session.read_input() : read_file(path, most);
    const form::Calendar file = form::read_ics(bytes);
    int flaws = 0;
    const auto report = [&](long line, const std::string& why) {
        Error e(Fault::rejected, "rejected_row", fmt::format("{}:{}: {}", path, line, why));
        if (!session.rehearsal)
            print_error(e, session.json_errors);
        ++flaws;
    };
    for (const form::Component& component : file.components)
        if (!component.flaw.empty())
            report(component.flaw_line, component.flaw);
    if (!file.flaw.empty())
        report(file.flaw_line, file.flaw);
    Change change(session, args);
    const store::Record before =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[0]));
    store::Record after = before;
    const std::string days =
        text::joined(calendar::holidays_of(file, session.env.clock.today()), "; ");
    const auto assignment =
        store::assignment(*args.noun, "holidays", store::Assignment::Op::add, days);
    if (auto done = store::apply(after, *assignment, session.resolver(), session.reading()); !done)
        throw done.error();
    const bool changed = change.writer.change(before, after);
    change.report.add(after, changed ? "updated" : "unchanged", changed ? "holidays" : "");
    const int code = change.end();
    return flaws > 0 ? static_cast<int>(Fault::rejected) : code;
}

}  // namespace

Command calendar_holidays() {
    return {.help = "Take the holidays of a calendar file",
            .needs = Needs::writing,
            .arguments =
                {{.name = "REF", .kind = Kind::reference, .required = true, .help = "the calendar"},
                 {.name = "FILE",
                  .kind = Kind::input_file,
                  .required = true,
                  .help = "an iCalendar file; - reads standard input"}},
            .run = run_calendar_holidays,
            .details =
                "Whole days are added with their names, events at a time as parts of days, a "
                "yearly rule on a fixed day as --MM-DD, other rules as their days for ten years. "
                "What the calendar has already stays as it is.",
            .examples = {{"calendar holidays Berlin holidays.ics", ""}}};
}

}  // namespace crm::cmd
