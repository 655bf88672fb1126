#include "cmd/cli/changes.hpp"
#include "cmd/cli/questions.hpp"
#include "cmd/record/trash.hpp"

#include <fmt/format.h>

/// purge: records for good.
namespace crm::cmd {
namespace {

std::string purge_question(Session& session, const std::vector<store::Found>& all,
                           const meta::Entity& noun) {
    if (all.size() > 1)
        return fmt::format("Remove {} {} permanently?", all.size(), noun.plural);
    const store::Record record = session.store().get(*all[0].entity, all[0].id);
    return fmt::format("Remove {} {} permanently?", record.short_id(), record.label());
}

int run_purge(Session& session, const Arguments& args) {
    const auto references = references_or_where(session, args, "purge");
    Change change(session, args);
    const auto all = resolve_references_in_trash(session, args, references, false);
    if (!all.empty())
        require_confirmation(session, purge_question(session, all, *args.noun), ids_of(all));
    for (const store::Found& found : change.report.expect(all)) {
        const store::Record record = session.store().get(*found.entity, found.id);
        change.writer.purge(record);
        change.report.add(record, "purged", record.label());
    }
    return change.end();
}

}  // namespace

Command record_purge() {
    return {.help = "Remove records permanently",
            .needs = Needs::writing,
            .arguments = trash_arguments(),
            .options = trash_options(),
            .run = run_purge,
            .details =
                "Asks first. Links to the records are removed, and the history keeps only "
                "that they were there. crm undo cannot restore them.",
            .examples = {{"contact purge c12 --yes", "cannot be undone"}}};
}

}  // namespace crm::cmd
