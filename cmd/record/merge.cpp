#include "store/merge.hpp"

#include "cmd/cli/changes.hpp"

#include <fmt/format.h>

namespace crm::cmd {
namespace {

int run(Session& session, const Arguments& args) {
    const auto references = session.references(args.words);
    if (references.size() < 2)
        throw Error(Fault::usage, "missing",
                    fmt::format("{} merge needs the record to keep and one to merge into it",
                                args.noun->noun));
    Change change(session, args);
    const auto all = resolve_references(session, args, references);
    if (all.size() < 2)
        throw Error(Fault::refused, "same_record",
                    fmt::format("{} cannot be merged with itself",
                                meta::short_id(*all[0].entity, all[0].id)));
    std::string names;
    for (std::size_t i = 1; i < all.size(); ++i)
        names += (i > 1 ? ", " : "") + meta::short_id(*all[i].entity, all[i].id) + " " +
                 session.store().name(*all[i].entity, all[i].id);
    require_confirmation(session, fmt::format("Merge {} into {} {}?", names,
                                              meta::short_id(*all[0].entity, all[0].id),
                                              session.store().name(*all[0].entity, all[0].id)));
    for (std::size_t i = 1; i < all.size(); ++i) {
        const store::Record keep = load_not_deleted(session, all[0]),
                            drop = load_not_deleted(session, all[i]);
        const std::int64_t others =
            store::merge(change.writer, keep, drop, [&](const store::Record&) {});
        change.report.add(session.store().get(*keep.entity, keep.id), "merged",
                          fmt::format("{} {}{}", drop.short_id(), drop.label(),
                                      others == 0 ? "" : fmt::format(", {} linked anew", others)));
    }
    return change.end();
}

}  // namespace

Command record_merge() {
    return {
        .help = "Merge records that are the same into one",
        .needs = Needs::writing,
        .arguments = {{.name = "KEEP",
                       .kind = Kind::reference,
                       .required = true,
                       .help = "the record that stays"},
                      {.name = "DROP",
                       .kind = Kind::reference,
                       .required = true,
                       .many = true,
                       .help = "those that are the same; they go to the trash"}},
        .run = run,
        .details =
            "What KEEP has stays; where it is empty, DROP's value is taken; lists, tags and rows "
            "unite, two descriptions stand one after the other, the earlier created_at counts. "
            "Everything that linked to DROP (notes, deals, tasks, files …) links to KEEP. DROP's "
            "uid and references stay with KEEP, so that imports find it. crm undo parts them "
            "again.",
        .examples = {{"contact merge c12 c48", "asks, unless --yes"},
                     {"contact merge c12 c48 c50 -n", "what would happen"}}};
}

}  // namespace crm::cmd
