#include "cmd/cli/changes.hpp"
#include "cmd/cli/questions.hpp"
#include "cmd/record/trash.hpp"

#include <fmt/format.h>

/// rm: records to the trash.
namespace crm::cmd {
namespace {

int run_rm(Session& session, const Arguments& args) {
    const auto references = references_or_where(session, args, "rm");
    Change change(session, args);
    const auto all = resolve_references(session, args, references);
    if (all.size() > 1)
        require_confirmation(session,
                             fmt::format("Move {} {} to the trash?", all.size(), args.noun->plural),
                             ids_of(all));
    for (const store::Found& found : change.report.expect(all)) {
        store::Record record = session.store().get(*found.entity, found.id);
        const bool live = record.deleted_at.empty();
        change.writer.trash(record);
        change.report.add(record, live ? "removed" : "unchanged", record.label());
    }
    return change.end();
}

}  // namespace

Command record_rm() {
    return {.help = "Move records to the trash",
            .needs = Needs::writing,
            .arguments = trash_arguments(),
            .options = trash_options(),
            .run = run_rm,
            .details =
                "Several records are removed after a question, or with --yes. crm NOUN "
                "restore brings them back.",
            .examples = {{"contact rm c12", "one contact"},
                         {"contact rm --where +test --yes", "all that a query finds"}}};
}

}  // namespace crm::cmd
