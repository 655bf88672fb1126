#include <fmt/format.h>

#include "cmd/changes.hpp"

namespace crm::cmd {
namespace {

int run(Context& context, const Given& given) {
    // What changes a field is told apart from what names a record by its form alone.
    std::vector<std::string> references, words;
    for (const std::string& word : given.words) {
        const bool tag = word.size() > 1 && (word[0] == '+' || word[0] == '-');
        const bool phone = word[0] == '+' && word.find_first_not_of("+0123456789 ()/.-") == std::string::npos;
        (store::is_assignment(word) || (tag && !phone) ? words : references).push_back(word);
    }
    if (references.empty() && !given.has("where")) throw Error(Fault::usage, "missing", fmt::format("crm {} edit needs a reference or --where QUERY", given.noun->noun));
    if (words.empty()) throw Error(Fault::usage, "missing", fmt::format("crm {} edit needs FIELD=VALUE, +tag or -tag", given.noun->noun), fmt::format("crm fields {} lists the fields", given.noun->noun));
    const auto given_references = context.references(references);
    Change change(context, given);
    int rejected = 0;
    for (const store::Found& found : named(context, given, given_references)) {
        try {
            const store::Record before = live(context, found);
            store::Record after = before;
            assign(context, change, after, words, false);
            if (auto taken = store::conflict(context.store(), after)) throw *taken;
            const bool changed = change.writer.change(before, after);
            change.told.tell(after, changed ? "updated" : "unchanged", changed ? changed_fields(before, after) : "");
        } catch (const Error& e) {
            if (!given.has("continue") || e.fault == Fault::internal || e.fault == Fault::io) throw;
            context.say(fmt::format("crm: {}: {}", meta::short_id(*found.entity, found.id), e.message));
            ++rejected;
        }
    }
    const int code = change.end();
    return rejected > 0 ? static_cast<int>(Fault::rejected) : code;
}

}  // namespace

Command record_edit() {
    return {.verb = "edit",
            .noun = "*",
            .help = "Change fields of records",
            .needs = Needs::writing,
            .arguments = {{.name = "REF|FIELD=VALUE|+TAG|-TAG", .kind = Kind::assignments, .required = true, .many = true, .help = "records (- reads them from standard input) and what to change in them"}},
            .options = {{.name = "where", .kind = Kind::query, .value = "QUERY", .help = "the records that the query finds"},
                        {.name = "continue", .help = "pass over records that cannot be changed (exit 6)"},
                        {.name = "create", .help = "make what a link names when it is not there"}},
            .run = run,
            .details = "FIELD=VALUE sets, FIELD= empties, FIELD+=VALUE and FIELD-=VALUE change a list. email= and phone= set the first of their list. Several records are changed all or none, unless --continue.",
            .examples = {{"contact edit c12 title='Head of Sales' phone='+44 20 7946 0958'", "one contact"},
                         {"contact edit --where 'account:acme' owner=grace", "all who work at Acme"},
                         {"contact edit c12 emails+='ada@home.example (home)' -lead +customer", "one more address, other tags"}}};
}

}  // namespace crm::cmd
