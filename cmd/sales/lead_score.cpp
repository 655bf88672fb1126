#include "cmd/cli/changes.hpp"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <set>

/// lead score: how promising leads are, by declared rules.
namespace crm::cmd {
namespace {

using store::Record;

struct Points {
    std::int64_t points = 0;
    std::string query, why, origin;
    std::set<std::int64_t> leads;
};

std::vector<Points> rules_of(Session& session, const meta::Entity& leads) {
    std::vector<Points> out;
    for (const Rule& rule : session.config.of("score")) {
        Points& p = out.emplace_back();
        p.query = rule.text("query"), p.why = rule.has("why") ? rule.text("why") : p.query,
        p.origin = rule.origin, p.points = std::stoll(rule.text("points"));
        try {
            const auto ids = selection(session, leads, {p.query}).ids();
            p.leads.insert(ids.begin(), ids.end());
        } catch (Error& e) {
            throw Error(Fault::config, "bad_config", fmt::format("{}: {}", rule.origin, e.message),
                        e.hint);
        }
    }
    if (out.empty())
        throw Error(Fault::config, "no_rules", "there are no rules of scoring",
                    "write [[score]] into the configuration; crm help config shows how");
    return out;
}

/// The leads that are named, or that the query finds; all that are open where nothing is said.
std::vector<std::int64_t> asked(Session& session, const Arguments& args) {
    if (args.words.empty() && !args.has("where"))
        return selection(session, *args.noun, {"is:open"}).ids();
    std::vector<std::int64_t> ids;
    for (const store::Found& found :
         resolve_references(session, args, session.references(args.words)))
        ids.push_back(found.id);
    return ids;
}

int run(Session& session, const Arguments& args) {
    const meta::Entity& leads = *args.noun;
    if (args.has("explain")) {
        const auto rules = rules_of(session, leads);
        Rows rows(session, {"id", "points", "why", "query"});
        for (const std::int64_t id : asked(session, args)) {
            std::int64_t sum = 0;
            for (const Points& rule : rules)
                if (rule.leads.contains(id))
                    rows.row({meta::short_id(leads, id), rule.points, rule.why, rule.query}),
                        sum += rule.points;
            rows.row({meta::short_id(leads, id), sum, std::string("score"), Value()});
        }
        rows.end();
        return 0;
    }
    Change change(session, args);
    const auto rules = rules_of(session, leads);
    const meta::FieldInfo& field = *leads.find("score");
    for (const std::int64_t id : asked(session, args)) {
        const Record before = load_not_deleted(session, {&leads, id});
        std::int64_t sum = 0;
        for (const Points& rule : rules)
            if (rule.leads.contains(id))
                sum += rule.points;
        Record after = before;
        after.put(field, {Value(sum)});
        if (!change.writer.change(before, after))
            continue;
        const bool had = !std::holds_alternative<std::monostate>(before.of(field)[0]);
        change.report.add(after, "scored",
                          fmt::format("{}: {}{}", before.label(),
                                      had ? fmt::format("{} -> ", before.number(field)) : "", sum));
    }
    return change.end();
}

}  // namespace

Command lead_score() {
    return {.help = "Score leads by the rules of the configuration",
            .needs = Needs::writing,
            .arguments = {{.name = "REF",
                           .kind = Kind::reference,
                           .many = true,
                           .help = "which; without one all that are open"}},
            .options = {{.name = "where",
                         .kind = Kind::query,
                         .value = "QUERY",
                         .help = "the leads that the query finds"},
                        {.name = "explain",
                         .help = "which rules gave how many points, and change nothing"}},
            .run = run,
            .details =
                "The rules are [[score]] tables of the configuration, see crm(1): a query and the "
                "points of the leads that it finds, which may be below zero; the score is their "
                "sum. Only what changed is written and told, so that it can run from cron.",
            .examples = {{"lead score", "all open leads"},
                         {"lead score l7 --explain", "why"},
                         {"lead list is:open -s -score", "the best first"}}};
}

}  // namespace crm::cmd
