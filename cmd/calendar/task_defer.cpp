#include "cmd/calendar/activity_words.hpp"
#include "time/describe.hpp"
#include "time/time_of_day.hpp"

#include <fmt/format.h>

#include <functional>

/// task defer and task snooze: later.
namespace crm::cmd {
namespace {

/// Sets a field of the tasks and shows what it has become.
int put_off(Session& session, const Arguments& args, std::string_view field,
            const std::function<std::string(const store::Record&, const std::string& when)>& value,
            const std::function<std::string(const store::Record&)>& shown) {
    std::string when;
    const auto references = references_and_when(session, args, when);
    Change change(session, args);
    for (const store::Found& found :
         change.report.expect(resolve_references(session, args, references))) {
        const store::Record before = load_not_deleted(session, found);
        store::Record after = before;
        put_typed(session, after, field, value(before, when));
        const bool changed = change.writer.change(before, after);
        if (changed)
            change.report.add(after, "updated", fmt::format("{} {}", field, shown(after)));
        else
            change.report.add(after, "unchanged");
    }
    return change.end();
}

int defer(Session& session, const Arguments& args) {
    return put_off(
        session, args, "due", [](const store::Record&, const std::string& when) { return when; },
        [](const store::Record& task) {
            const std::string time = task.text("due_time");
            return with_weekday(*iso_date(task.text("due"))) + (time.empty() ? "" : " " + time);
        });
}

/// A day alone has the time of the reminder before, else 9 o'clock.
int snooze(Session& session, const Arguments& args) {
    const Clock& clock = session.env.clock;
    const auto local = [&](Instant at) {
        Clock then = clock;
        then.now = at;
        return then;
    };
    return put_off(
        session, args, "reminder",
        [&](const store::Record& task, const std::string& when) {
            const auto day = read_date(when, clock);
            if (!day || when.find(':') != std::string::npos || when == "now")
                return when;
            const auto old = iso_instant(task.text("reminder"));
            constexpr int nine = 9 * 3600;
            return day->iso() + " " + time_of_day_text(old ? local(*old).second_of_day() : nine);
        },
        [&](const store::Record& task) {
            const Clock then = local(*iso_instant(task.text("reminder")));
            return with_weekday(then.today()) + " " + time_of_day_text(then.second_of_day());
        });
}

Argument tasks_and_when() {
    return {.name = "REF… WHEN",
            .kind = Kind::reference,
            .required = true,
            .many = true,
            .help = "the tasks (- reads them from standard input), and a day or date and time",
            .whole = true};
}

}  // namespace

Command task_defer() {
    return {
        .help = "Move the due date of tasks",
        .needs = Needs::writing,
        .arguments = {tasks_and_when()},
        .run = defer,
        .details = "Only the due date moves: a recurrence goes on from its own days.",
        .examples = {{"task defer ts1 'next fri'", "prints: updated ts1 due Fri 2026-12-11"},
                     {"task list is:overdue | crm task defer - today", "all that are overdue"}}};
}

Command task_snooze() {
    return {.help = "Be reminded of tasks later",
            .needs = Needs::writing,
            .arguments = {tasks_and_when()},
            .run = snooze,
            .details = "A day without a time keeps the time of the reminder, else it is 09:00.",
            .examples = {{"task snooze ts1 'fri 14:00'", ""}, {"task snooze ts1 +1d", "tomorrow"}}};
}

}  // namespace crm::cmd
