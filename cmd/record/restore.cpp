#include "cmd/cli/changes.hpp"
#include "cmd/record/trash.hpp"

/// restore: records from the trash.
namespace crm::cmd {
namespace {

int run_restore(Session& session, const Arguments& args) {
    const auto references = references_or_where(session, args, "restore");
    Change change(session, args);
    for (const store::Found& found :
         change.report.expect(resolve_references_in_trash(session, args, references, true))) {
        store::Record record = session.store().get(*found.entity, found.id);
        const bool live = record.deleted_at.empty();
        change.writer.restore(record);
        change.report.add(record, live ? "unchanged" : "restored", record.label());
    }
    return change.end();
}

}  // namespace

Command record_restore() {
    return {.help = "Restore records from the trash",
            .needs = Needs::writing,
            .arguments = trash_arguments(),
            .options = trash_options(),
            .run = run_restore,
            .examples = {{"contact restore c12", "one contact, as it was"},
                         {"contact list --trash | crm contact restore -", "all of them"}}};
}

}  // namespace crm::cmd
