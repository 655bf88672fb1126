#include "cmd/sales/lead_change.hpp"

#include "cmd/cli/change_each.hpp"
#include "sales/lead_status.hpp"

namespace crm::cmd {

using store::Record;

std::vector<store::Found> records_given(Session& session, const Arguments& args,
                                        const std::string& default_query) {
    if (!args.words.empty() || args.has("where"))
        return resolve_references(session, args, session.references(args.words));
    std::vector<store::Found> records;
    for (const std::int64_t id : selection(session, *args.noun, {default_query}).ids())
        records.push_back({args.noun, id});
    return records;
}

int close_leads(Session& session, const Arguments& args, std::string_view result,
                const std::function<void(Change& change, Record& lead)>& change_lead) {
    const auto put = [&](Change& change, Record& lead) {
        sales::require_not_converted(lead);
        change_lead(change, lead);
    };
    return change_each(session, args, {.put = put, .result = result});
}

Command close_command(std::string_view help, int (*run)(Session&, const Arguments&)) {
    return {.help = help,
            .needs = Needs::writing,
            .arguments = {{.name = "REF",
                           .kind = Kind::reference,
                           .many = true,
                           .help = "the leads; - reads them from standard input"}},
            .options = {{.name = "where",
                         .kind = Kind::query,
                         .value = "QUERY",
                         .help = "the leads that the query finds"}},
            .run = run};
}

}  // namespace crm::cmd
