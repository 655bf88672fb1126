#include "cmd/calendar/activity_words.hpp"

/// task done: complete tasks.
namespace crm::cmd {
namespace {

void add_note(Session& session, Change& change, const store::Record& task,
              const std::string& text) {
    store::Record note(session.model().get("note"));
    put_typed(session, note, "body", text);
    put_typed(session, note, "about", task.short_id());
    change.writer.add(note);
}

int run_task_done(Session& session, const Arguments& args) {
    const auto references = session.references(args.words);
    Change change(session, args);
    for (const store::Found& found :
         change.report.expect(resolve_references(session, args, references))) {
        const store::Record before = load_not_deleted(session, found);
        store::Record after = before;
        put_typed(session, after, "status", "Completed");
        const bool changed = change.writer.change(before, after);
        change.report.add(after, changed ? "completed" : "unchanged", changed ? after.label() : "");
        if (changed && args.has("note"))
            add_note(session, change, after, args.text("note"));
        change.report_followed();
    }
    return change.end();
}

}  // namespace

Command task_done() {
    return {.help = "Complete tasks",
            .needs = Needs::writing,
            .arguments = {task_argument()},
            .options = {{.name = "note",
                         .kind = Kind::word,
                         .value = "TEXT",
                         .help = "add a note to the tasks"}},
            .run = run_task_done,
            .details =
                "A task that repeats gets its next one in the same transaction: the first day of "
                "its recurrence after its own and after today, so missed ones do not pile up. "
                "`crm undo` opens the task again and removes the next. `crm task edit REF "
                "status=Completed` does the same; status=Canceled ends the series.",
            .examples = {{"task done ts1", ""},
                         {"task done ts1 --note 'paid by card'", "with a note"},
                         {"task list is:overdue | crm task done -", "all that are overdue"}}};
}

}  // namespace crm::cmd
