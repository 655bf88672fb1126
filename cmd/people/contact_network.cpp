#include "base/text.hpp"
#include "cmd/cli/records.hpp"

#include <fmt/format.h>

#include <deque>
#include <map>
#include <set>

/// contact network: who knows whom.
namespace crm::cmd {
namespace {

struct Tie {
    std::int64_t from = 0, to = 0;
    std::string how;
    auto operator<=>(const Tie&) const = default;
};

/// Links between people, lines of reporting, and with `colleagues` who works at one company; each
/// pair once.
std::vector<Tie> ties(Session& session, bool colleagues) {
    std::string sql =
        R"(SELECT r."record", r."contact", coalesce(r."role", 'knows') FROM "contact_relations" r JOIN "contact" a ON a."id" = r."record" JOIN "contact" b ON b."id" = r."contact"
        WHERE a."deleted_at" IS NULL AND a."undone" IS NULL AND b."deleted_at" IS NULL AND b."undone" IS NULL
        UNION SELECT a."id", b."id", 'reports to' FROM "contact" a JOIN "contact" b ON b."id" = a."reports_to" WHERE a."deleted_at" IS NULL AND a."undone" IS NULL AND b."deleted_at" IS NULL AND b."undone" IS NULL)";
    if (colleagues)
        sql +=
            R"( UNION SELECT a."id", b."id", 'colleague at ' || c."name" FROM "contact_accounts" x JOIN "contact_accounts" y ON y."account" = x."account" AND y."record" > x."record" JOIN "account" c ON c."id" = x."account"
            JOIN "contact" a ON a."id" = x."record" JOIN "contact" b ON b."id" = y."record" WHERE a."deleted_at" IS NULL AND a."undone" IS NULL AND b."deleted_at" IS NULL AND b."undone" IS NULL)";
    std::vector<Tie> out;
    sql::Statement get = session.store().db().prepare(sql + " ORDER BY 1, 2, 3");
    while (get.step())
        out.push_back({get.integer(0), get.integer(1), std::string(get.text(2))});
    return out;
}

/// Those that lead to somebody within so many steps of a person.
void keep_near(std::vector<Tie>& all, std::int64_t start, int depth) {
    std::map<std::int64_t, int> steps{{start, 0}};
    for (std::deque<std::int64_t> next{start}; !next.empty(); next.pop_front()) {
        const int here = steps[next.front()];
        if (here == depth)
            continue;
        for (const Tie& tie : all)
            for (const auto& [one, other] :
                 {std::pair(tie.from, tie.to), std::pair(tie.to, tie.from)})
                if (one == next.front() && steps.emplace(other, here + 1).second)
                    next.push_back(other);
    }
    std::erase_if(all, [&](const Tie& tie) {
        const auto a = steps.find(tie.from), b = steps.find(tie.to);
        return a == steps.end() || b == steps.end() || std::min(a->second, b->second) >= depth;
    });
}

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

int run(Session& session, const Arguments& args) {
    const meta::Entity& contacts = *args.noun;
    std::vector<Tie> all = ties(session, args.has("colleagues"));
    if (!args.words.empty()) {
        const std::string depth = args.has("depth") ? args.value("depth") : "2";
        if (depth.size() != 1 || depth[0] < '1' || depth[0] > '9')
            throw Error(
                Fault::usage, "bad_number",
                fmt::format("--depth: '{}' is no number of steps", text::clipped(depth, 20)),
                "1 to 9");
        keep_near(all, resolve_reference(session, &contacts, args.words[0]).id, depth[0] - '0');
    } else if (args.has("depth")) {
        throw Error(Fault::usage, "missing", "--depth needs a contact to begin with",
                    "crm contact network ada@acme.example --depth 3");
    }
    const auto name = [&](std::int64_t id) { return session.store().name(contacts, id); };
    if (args.has("dot")) {
        std::string& out = session.out.buffer();
        out += "digraph contacts {\n";
        std::set<std::int64_t> people;
        for (const Tie& tie : all)
            people.insert({tie.from, tie.to});
        for (const std::int64_t id : people)
            out +=
                fmt::format("  {} [label={}];\n", meta::short_id(contacts, id), dot_text(name(id)));
        for (const Tie& tie : all)
            out += fmt::format("  {} -> {} [label={}];\n", meta::short_id(contacts, tie.from),
                               meta::short_id(contacts, tie.to), dot_text(tie.how));
        out += "}\n";
        return 0;
    }
    Rows rows(session, {"id", "name", "how", "other_id", "other"});
    for (const Tie& tie : all)
        rows.row({meta::short_id(contacts, tie.from), name(tie.from), tie.how,
                  meta::short_id(contacts, tie.to), name(tie.to)});
    rows.end();
    return 0;
}

}  // namespace

Command contact_network() {
    return {.help = "Who knows whom: a table, or a graph in DOT",
            .needs = Needs::reading,
            .arguments = {{.name = "CONTACT",
                           .kind = Kind::reference,
                           .help = "whose; everybody's without one"}},
            .options = {{.name = "depth",
                         .kind = Kind::number,
                         .value = "N",
                         .help = "how many steps from the contact; 2"},
                        {.name = "colleagues",
                         .help = "those who work at one company know each other, too"},
                        {.name = "dot", .help = "write a graph for Graphviz"}},
            .run = run,
            .details = "From `contact link c1 c2 --role assistant` and from reports_to.",
            .examples = {{"contact network ada@acme.example --depth 3", "three steps from her"},
                         {"contact network --dot | dot -Tsvg > network.svg", "a picture"}}};
}

}  // namespace crm::cmd
