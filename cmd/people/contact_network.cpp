#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "people/network.hpp"

#include <fmt/format.h>

#include <set>

/// contact network: relations between contacts.
namespace crm::cmd {
namespace {

using people::Acquaintance;

std::string dot_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += '\\';
        if (static_cast<unsigned char>(c) >= 0x20)
            out += c;
    }
    return out + '"';
}

void print_dot(Session& session, const meta::Entity& contacts,
               const std::vector<Acquaintance>& all) {
    std::set<std::int64_t> people;
    for (const Acquaintance& one : all)
        people.insert({one.from, one.to});
    std::string& out = session.out.buffer();
    out += "digraph contacts {\n";
    for (const std::int64_t id : people)
        out += fmt::format("  {} [label={}];\n", meta::short_id(contacts, id),
                           dot_text(session.store().name(contacts, id)));
    for (const Acquaintance& one : all)
        out += fmt::format("  {} -> {} [label={}];\n", meta::short_id(contacts, one.from),
                           meta::short_id(contacts, one.to), dot_text(one.relation));
    out += "}\n";
}

int run_contact_network(Session& session, const Arguments& args) {
    const meta::Entity& contacts = *args.noun;
    if (args.words.empty() && args.has("depth"))
        throw Error(Fault::usage, "missing", "--depth requires a contact to start from",
                    "crm contact network ada@acme.example --depth 3");
    std::vector<Acquaintance> all = people::network(session.store(), args.flag("colleagues"));
    if (!args.words.empty()) {
        const int steps = static_cast<int>(args.number("depth", 1, 9).value_or(2));
        people::keep_within(all, resolve_reference(session, &contacts, args.words[0]).id, steps);
    }
    if (args.flag("dot")) {
        print_dot(session, contacts, all);
        return 0;
    }
    Rows rows(session, {"id", "name", "how", "other_id", "other"});
    for (const Acquaintance& one : all)
        rows.row({meta::short_id(contacts, one.from), session.store().name(contacts, one.from),
                  one.relation, meta::short_id(contacts, one.to),
                  session.store().name(contacts, one.to)});
    rows.end();
    if (all.empty())
        session.remark_nothing("no relations");
    return 0;
}

}  // namespace

Command contact_network() {
    return {
        .help = "Show relations between contacts, as a table or as a DOT graph",
        .needs = Needs::reading,
        .arguments = {{.name = "CONTACT",
                       .kind = Kind::reference,
                       .help = "the contact to start from; everybody by default"}},
        .options = {{.name = "depth",
                     .kind = Kind::number,
                     .value = "N",
                     .help = "steps from the contact, 1 to 9; 2 by default"},
                    {.name = "colleagues", .help = "include people who work at the same company"},
                    {.name = "dot", .help = "print a graph for Graphviz"}},
        .formats = formats::rows_with_id,
        .run = run_contact_network,
        .details =
            "Built from relations (`contact link c1 c2 --role assistant`) and from "
            "reports_to.",
        .examples = {{"contact network ada@acme.example --depth 3", "three steps from Ada"},
                     {"contact network --dot | dot -Tsvg > network.svg", "a picture"}}};
}

}  // namespace crm::cmd
