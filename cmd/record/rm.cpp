#include "cmd/cli/changes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::cmd {
namespace {

enum class Way { trash, restore, purge };

/// What lies in the trash has no look-ups, so a name or an address is compared with the fields
/// themselves.
std::vector<store::Found> also_in_trash(Context& context, const Given& given,
                                        const std::vector<std::string>& references, Way way) {
    std::vector<store::Found> out;
    for (const std::string& reference : references) {
        auto found = context.resolver().find(reference, given.noun);
        if (!found && found.error().code == "not_found")
            if (auto trashed = store::in_trash(context.store(), *given.noun, reference))
                found = *trashed;
        if (!found)
            throw found.error();
        if (std::ranges::find(out, *found) == out.end())
            out.push_back(*found);
    }
    Given where = given;
    if (way == Way::restore)
        where.options["trash"] = "";
    if (given.has("where"))
        for (const store::Found& f : named(context, where, {}))
            if (std::ranges::find(out, f) == out.end())
                out.push_back(f);
    return out;
}

int run(Context& context, const Given& given, Way way) {
    const auto references = context.references(given.words);
    if (references.empty() && given.words.empty() && !given.has("where"))
        throw Error(Fault::usage, "missing",
                    fmt::format("{} {} needs a reference or --where QUERY", given.noun->noun,
                                way == Way::trash     ? "rm"
                                : way == Way::restore ? "restore"
                                                      : "purge"));
    Change change(context, given);
    const auto all = way == Way::trash ? named(context, given, references)
                                       : also_in_trash(context, given, references, way);
    const std::string first =
        all.empty() ? "" : context.store().get(*all[0].entity, all[0].id).label();
    if (way == Way::trash && all.size() > 1)
        need_consent(context,
                     fmt::format("Move {} {} to the trash?", all.size(), given.noun->plural));
    if (way == Way::purge && !all.empty())
        need_consent(context,
                     all.size() == 1
                         ? fmt::format("Remove {} {} for good?",
                                       meta::short_id(*all[0].entity, all[0].id), first)
                         : fmt::format("Remove {} {} for good?", all.size(), given.noun->plural));
    for (const store::Found& found : all) {
        store::Record record = context.store().get(*found.entity, found.id);
        if (way == Way::trash) {
            const bool was = record.deleted_at.empty();
            change.writer.trash(record);
            change.told.tell(record, was ? "removed" : "unchanged", record.label());
        } else if (way == Way::restore) {
            const bool was = record.deleted_at.empty();
            if (!was)
                if (auto taken = store::conflict(context.store(), record))
                    throw *taken;
            change.writer.restore(record);
            change.told.tell(record, was ? "unchanged" : "restored", record.label());
        } else {
            change.writer.purge(record);
            change.told.tell(record, "purged", record.label());
        }
    }
    return change.end();
}

Command command(std::string_view help, int (*run)(Context&, const Given&),
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
                   [](Context& c, const Given& g) { return run(c, g, Way::trash); },
                   {{"contact rm c12", "one; restore brings it back"},
                    {"contact rm --where +test --yes", "several ask first, or want --yes"}});
}
Command record_restore() {
    return command("Bring records back from the trash",
                   [](Context& c, const Given& g) { return run(c, g, Way::restore); },
                   {{"contact restore c12", "as it was"},
                    {"contact list --trash | crm contact restore -", "everything"}});
}
Command record_purge() {
    return command("Remove records for good",
                   [](Context& c, const Given& g) { return run(c, g, Way::purge); },
                   {{"contact purge c12 --yes", "cannot be undone"}});
}

}  // namespace crm::cmd
