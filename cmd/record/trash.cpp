#include "cmd/record/trash.hpp"

#include <fmt/format.h>

namespace crm::cmd {

std::vector<Argument> trash_arguments() {
    return {{.name = "REF",
             .kind = Kind::reference,
             .many = true,
             .help = "records (- reads references from standard input)"}};
}

std::vector<Option> trash_options() {
    return {{.name = "where",
             .kind = Kind::query,
             .value = "QUERY",
             .help = "the records that the query finds"}};
}

std::vector<std::string> references_or_where(Session& session, const Arguments& args,
                                             std::string_view verb) {
    if (args.words.empty() && !args.has("where"))
        throw Error(
            Fault::usage, "missing",
            fmt::format("{} {} requires a reference or --where QUERY", args.noun->noun, verb));
    return session.references(args.words);
}

std::string ids_of(const std::vector<store::Found>& all) {
    std::string out;
    for (const store::Found& found : all)
        out += meta::short_id(*found.entity, found.id) + " ";
    return out;
}

}  // namespace crm::cmd
