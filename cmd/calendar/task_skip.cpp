#include "calendar/task_series.hpp"
#include "cmd/calendar/activity_words.hpp"
#include "time/describe.hpp"

#include <fmt/format.h>

/// task skip: leave out one task of a series.
namespace crm::cmd {
namespace {

int run_task_skip(Session& session, const Arguments& args) {
    const auto references = session.references(args.words);
    Change change(session, args);
    for (const store::Found& found :
         change.report.expect(resolve_references(session, args, references))) {
        const store::Record task = load_not_deleted(session, found);
        const calendar::Skipped skipped =
            calendar::skip_task(change.writer, task, session.env.clock);
        change.report.add(skipped.task, "skipped", task.label());
        if (skipped.next)
            change.report_added(*skipped.next);
        else
            session.remark(
                fmt::format("{} {}: the series has ended", task.short_id(), task.label()));
    }
    return change.end();
}

}  // namespace

Command task_skip() {
    return {.help = "Leave out one task of a series",
            .needs = Needs::writing,
            .arguments = {task_argument()},
            .run = run_task_skip,
            .details =
                "The task is canceled and the next of its series is added. To end the "
                "series, use `crm task edit REF status=Canceled`.",
            .examples = {{"task skip ts2", "the next one comes by the recurrence"}}};
}

}  // namespace crm::cmd
