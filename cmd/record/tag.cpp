#include "cmd/cli/changes.hpp"

#include <fmt/format.h>

namespace crm::cmd {
namespace {

int run(Session& session, const Arguments& args) {
    std::vector<std::string> references, tags;
    for (const std::string& word : args.words) {
        const bool phone = word.size() > 7 && word[0] == '+' &&
                           word.find_first_not_of("+0123456789 ()/.-") == std::string::npos;
        (word.size() > 1 && (word[0] == '+' || word[0] == '-') && !phone ? tags : references)
            .push_back(word);
    }
    if (tags.empty())
        throw Error(Fault::usage, "missing",
                    fmt::format("{} tag needs +tag or -tag", args.noun->noun));
    if (references.empty() && !args.has("where"))
        throw Error(Fault::usage, "missing",
                    fmt::format("{} tag needs a reference or --where QUERY", args.noun->noun));
    const auto all = session.references(references);
    Change change(session, args);
    for (std::string& tag : tags)
        tag = tag[0] + change.writer.store().tag(tag.substr(1)).value_or(tag.substr(1));
    for (const store::Found& found : resolve_references(session, args, all)) {
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
    return {.help = "Put tags on records, or take them off",
            .needs = Needs::writing,
            .arguments = {{.name = "REF|+TAG|-TAG",
                           .kind = Kind::assignments,
                           .required = true,
                           .many = true,
                           .help = "records (- reads them from standard input) and tags"}},
            .options = {{.name = "where",
                         .kind = Kind::query,
                         .value = "QUERY",
                         .help = "the records that the query finds"}},
            .run = run,
            .examples = {
                {"contact tag c12 +vip -lead", "one contact"},
                {"contact list title:ceo | crm contact tag - +decider", "all that a list found"}}};
}

}  // namespace crm::cmd
