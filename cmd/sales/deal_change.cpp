#include "cmd/sales/deal_change.hpp"

#include "sales/pipeline.hpp"

#include <fmt/format.h>

namespace crm::cmd {

using store::Record;

DealWords deal_words(const Arguments& args) {
    DealWords words;
    for (const std::string& word : args.words) {
        const bool is_tag = word.size() > 1 && (word[0] == '+' || word[0] == '-');
        if (store::is_assignment(word) || is_tag)
            words.assignments.push_back(word);
        else
            words.references.push_back(word);
    }
    if (words.references.empty() && !args.has("where"))
        throw Error(Fault::usage, "missing", "no deal is given",
                    "crm deal list is:open lists open deals");
    return words;
}

int move_deals(Session& session, const Arguments& args, const DealWords& words,
               const std::function<std::string(const Record&)>& stage) {
    const auto references = session.references(words.references);
    Change change(session, args);
    for (const store::Found& found :
         change.report.expect(resolve_references(session, args, references))) {
        const Record before = load_not_deleted(session, found);
        if (args.has("expect-stage"))
            sales::require_stage(before, args.text("expect-stage"));
        Record after = before;
        sales::put_stage(after, stage(before), session.reading());
        assign(session, change, after, words.assignments, false);

        const bool changed = change.writer.change(before, after);
        const std::string from = sales::stage_of(before);
        const std::string to = sales::stage_of(after);
        if (from != to)
            change.report.add(after, "moved", fmt::format("{} -> {}", from, to));
        else if (changed)
            change.report.add(after, "updated", changed_fields(before, after));
        else
            change.report.add(after, "unchanged");
    }
    return change.end();
}

Command deal_command(std::string_view help, int (*run)(Session&, const Arguments&)) {
    return {
        .help = help,
        .needs = Needs::writing,
        .arguments =
            {{.name = "REF|FIELD=VALUE|+TAG|-TAG",
              .kind = Kind::assignments,
              .required = true,
              .many = true,
              .help = "deals (- reads them from standard input) and what else to change in them"}},
        .options = {{.name = "where",
                     .kind = Kind::query,
                     .value = "QUERY",
                     .help = "the deals that the query finds"},
                    {.name = "expect-stage",
                     .kind = Kind::value,
                     .value = "STAGE",
                     .help = "refuse (exit 4) unless the deal is in this stage",
                     .noun = "deal",
                     .field = "stage"}},
        .run = run};
}

}  // namespace crm::cmd
