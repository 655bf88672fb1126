#include "cmd/cli/changes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::cmd {
namespace {

enum class Way { trash, restore, purge };

/// What lies in the trash has no look-ups, so a name or an address is compared with the fields
/// themselves.
std::vector<store::Found> also_in_trash(Session& session, const Arguments& args,
                                        const std::vector<std::string>& references, Way way) {
    std::vector<store::Found> out;
    for (const std::string& reference : references) {
        auto found = session.resolver().find(reference, args.noun);
        if (!found && found.error().code == "not_found")
            if (auto trashed = store::in_trash(session.store(), *args.noun, reference))
                found = *trashed;
        if (!found)
            throw found.error();
        if (std::ranges::find(out, *found) == out.end())
            out.push_back(*found);
    }
    Arguments where = args;
    if (way == Way::restore)
        where.options["trash"] = "";
    if (args.has("where"))
        for (const store::Found& f : resolve_references(session, where, {}))
            if (std::ranges::find(out, f) == out.end())
                out.push_back(f);
    return out;
}

int run(Session& session, const Arguments& args, Way way) {
    const auto references = session.references(args.words);
    if (references.empty() && args.words.empty() && !args.has("where"))
        throw Error(Fault::usage, "missing",
                    fmt::format("{} {} needs a reference or --where QUERY", args.noun->noun,
                                way == Way::trash     ? "rm"
                                : way == Way::restore ? "restore"
                                                      : "purge"));
    Change change(session, args);
    const auto all = way == Way::trash ? resolve_references(session, args, references)
                                       : also_in_trash(session, args, references, way);
    const std::string first =
        all.empty() ? "" : session.store().get(*all[0].entity, all[0].id).label();
    if (way == Way::trash && all.size() > 1)
        require_confirmation(
            session, fmt::format("Move {} {} to the trash?", all.size(), args.noun->plural));
    if (way == Way::purge && !all.empty())
        require_confirmation(
            session, all.size() == 1
                         ? fmt::format("Remove {} {} for good?",
                                       meta::short_id(*all[0].entity, all[0].id), first)
                         : fmt::format("Remove {} {} for good?", all.size(), args.noun->plural));
    for (const store::Found& found : all) {
        store::Record record = session.store().get(*found.entity, found.id);
        if (way == Way::trash) {
            const bool was = record.deleted_at.empty();
            change.writer.trash(record);
            change.report.add(record, was ? "removed" : "unchanged", record.label());
        } else if (way == Way::restore) {
            const bool was = record.deleted_at.empty();
            change.writer.restore(record);
            change.report.add(record, was ? "unchanged" : "restored", record.label());
        } else {
            change.writer.purge(record);
            change.report.add(record, "purged", record.label());
        }
    }
    return change.end();
}

Command command(std::string_view help, int (*run)(Session&, const Arguments&),
                std::vector<Example> examples) {
    return {.help = help,
            .needs = Needs::writing,
            .arguments = {{.name = "REF",
                           .kind = Kind::reference,
                           .many = true,
                           .help = "the records; - reads them from standard input"}},
            .options = {{.name = "where",
                         .kind = Kind::query,
                         .value = "QUERY",
                         .help = "the records that the query finds"}},
            .run = run,
            .examples = std::move(examples)};
}

}  // namespace

Command record_rm() {
    return command("Move records to the trash",
                   [](Session& c, const Arguments& g) { return run(c, g, Way::trash); },
                   {{"contact rm c12", "one; restore brings it back"},
                    {"contact rm --where +test --yes", "several ask first, or want --yes"}});
}
Command record_restore() {
    return command("Bring records back from the trash",
                   [](Session& c, const Arguments& g) { return run(c, g, Way::restore); },
                   {{"contact restore c12", "as it was"},
                    {"contact list --trash | crm contact restore -", "everything"}});
}
Command record_purge() {
    return command("Remove records for good",
                   [](Session& c, const Arguments& g) { return run(c, g, Way::purge); },
                   {{"contact purge c12 --yes", "cannot be undone"}});
}

}  // namespace crm::cmd
