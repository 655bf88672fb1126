#include "cmd/cli/changes.hpp"

#include <fmt/format.h>

/// tag: tags of records.
namespace crm::cmd {
namespace {

int run_tag(Session& session, const Arguments& args) {
    std::vector<std::string> references;
    std::vector<std::string> tags;
    for (const std::string& word : args.words)
        (is_tag_change(word) ? tags : references).push_back(word);
    if (tags.empty())
        throw Error(Fault::usage, "missing",
                    fmt::format("{} tag requires +tag or -tag", args.noun->noun));
    if (references.empty() && !args.has("where"))
        throw Error(Fault::usage, "missing",
                    fmt::format("{} tag requires a reference or --where QUERY", args.noun->noun));
    const auto given = session.references(references);
    Change change(session, args);
    for (std::string& tag : tags) {
        const std::string word = tag.substr(1);
        tag = tag[0] + session.store().tag(word).value_or(word);
    }
    for (const store::Found& found :
         change.report.expect(resolve_references(session, args, given))) {
        const store::Record before = load_not_deleted(session, found);
        store::Record after = before;
        assign(session, change, after, tags, false);
        const bool changed = change.writer.change(before, after);
        change.report.add(after, changed ? "updated" : "unchanged", changed ? "tags" : "");
    }
    return change.end();
}

}  // namespace

Command record_tag() {
    return {.help = "Add tags to records or remove them",
            .needs = Needs::writing,
            .arguments = {{.name = "REF|+TAG|-TAG",
                           .kind = Kind::assignments,
                           .required = true,
                           .many = true,
                           .help = "records (- reads references from standard input) and tags"}},
            .options = {{.name = "where",
                         .kind = Kind::query,
                         .value = "QUERY",
                         .help = "the records that the query finds"}},
            .run = run_tag,
            .examples = {
                {"contact tag c12 +vip -lead", "one contact"},
                {"contact list title:ceo | crm contact tag - +decider", "all records of a list"}}};
}

}  // namespace crm::cmd
