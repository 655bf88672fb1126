#include "store/merge.hpp"

#include "base/text.hpp"
#include "cmd/cli/changes.hpp"
#include "cmd/cli/questions.hpp"

#include <fmt/format.h>

/// merge: records that are the same.
namespace crm::cmd {
namespace {

std::string id_and_name(Session& session, const store::Found& found) {
    return meta::short_id(*found.entity, found.id) + " " +
           session.store().name(*found.entity, found.id);
}

std::string merge_question(Session& session, const std::vector<store::Found>& all) {
    std::vector<std::string> dropped;
    for (std::size_t i = 1; i < all.size(); ++i)
        dropped.push_back(id_and_name(session, all[i]));
    return fmt::format("Merge {} into {}?", text::joined(dropped, ", "),
                       id_and_name(session, all[0]));
}

std::string what_happened(const store::Record& drop, const store::Merged& merged) {
    std::string out = drop.short_id() + " " + drop.label();
    if (merged.relinked > 0)
        out +=
            fmt::format(", {} record{} relinked", merged.relinked, merged.relinked == 1 ? "" : "s");
    std::string_view before = "; kept in extra: ";
    for (const store::Difference& difference : merged.differences) {
        out += fmt::format("{}{} {}", before, difference.field->name(), difference.text);
        before = ", ";
    }
    return out;
}

int run_merge(Session& session, const Arguments& args) {
    const auto references = session.references(args.words);
    if (references.size() < 2)
        throw Error(Fault::usage, "missing",
                    fmt::format("{} merge requires the record to keep and one to merge into it",
                                args.noun->noun));
    Change change(session, args);
    const auto all = resolve_references(session, args, references);
    if (all.size() < 2)
        throw Error(Fault::refused, "same_record",
                    fmt::format("{} cannot be merged with itself",
                                meta::short_id(*all[0].entity, all[0].id)));
    require_confirmation(session, merge_question(session, all));
    for (std::size_t i = 1; i < all.size(); ++i) {
        const store::Record keep = load_not_deleted(session, all[0]);
        const store::Record drop = load_not_deleted(session, all[i]);
        const store::Merged merged = store::merge(change.writer, keep, drop);
        change.report.add(session.store().get(*keep.entity, keep.id), "merged",
                          what_happened(drop, merged));
    }
    return change.end();
}

}  // namespace

Command record_merge() {
    return {
        .help = "Merge duplicates into one record",
        .needs = Needs::writing,
        .arguments = {{.name = "KEEP",
                       .kind = Kind::reference,
                       .required = true,
                       .help = "the record to keep"},
                      {.name = "DROP",
                       .kind = Kind::reference,
                       .required = true,
                       .many = true,
                       .help = "the duplicates, which are moved to the trash"}},
        .run = run_merge,
        .details =
            "KEEP's values are kept; where a field of KEEP is empty, DROP's value is taken, and "
            "where both have one, DROP's is kept in extra and listed (-n lists it beforehand). "
            "Lists, tags and rows are united, two descriptions follow one another, the earlier "
            "created_at counts. Everything that linked to DROP (notes, deals, tasks, files …) "
            "links to KEEP. "
            "DROP's uid and references stay with KEEP, so that imports find it. crm undo separates "
            "them again.",
        .examples = {{"contact merge c12 c48", "asks first, unless --yes is given"},
                     {"contact merge c12 c48 c50 -n", "show what would happen"}}};
}

}  // namespace crm::cmd
