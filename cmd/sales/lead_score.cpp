#include "cmd/cli/changes.hpp"
#include "cmd/insight/learnt_score.hpp"
#include "cmd/sales/context.hpp"
#include "cmd/sales/lead_change.hpp"
#include "sales/scoring.hpp"

#include <fmt/format.h>

/// lead score: score leads by the rules of the configuration.
namespace crm::cmd {
namespace {

using store::Record;

constexpr char default_query[] = "is:open";

sales::LeadScores lead_scores(Session& session, const meta::Entity& leads) {
    std::vector<sales::ScoreRule> rules;
    for (const Rule& rule : session.config.of("score"))
        rules.push_back({.points = std::stoll(rule.text("points")),
                         .query = rule.text("query"),
                         .why = rule.has("why") ? rule.text("why") : rule.text("query"),
                         .origin = rule.origin});
    if (rules.empty())
        throw Error(Fault::config, "no_rules", "the configuration has no scoring rules",
                    "add [[score]] tables; crm help config shows how");
    return {leads, std::move(rules), record_query(session)};
}

int explain(Session& session, const Arguments& args) {
    const auto scores = lead_scores(session, *args.noun);
    Rows rows(session, {"id", "points", "why", "query"});
    for (const store::Found& lead : records_given(session, args, default_query)) {
        const std::string id = meta::short_id(*args.noun, lead.id);
        for (const sales::ScoreRule* rule : scores.rules_for(lead.id))
            rows.row({id, rule->points, rule->why, rule->query});
        rows.row({id, scores.score(lead.id), std::string("score"), Value()});
    }
    rows.end();
    return 0;
}

std::span<const std::string_view> lead_score_formats(const Arguments& args) {
    return args.flag("explain") ? std::span<const std::string_view>(formats::rows_with_id)
                                : formats::changes;
}

int run_lead_score(Session& session, const Arguments& args) {
    if (args.flag("learnt"))
        return score_learnt(session, args);
    if (args.flag("explain"))
        return explain(session, args);
    // Of all open leads, as a job of cron scores them, only the changes are news.
    const bool named = !args.words.empty() || args.has("where");
    Change change(session, args);
    const auto scores = lead_scores(session, *args.noun);
    for (const store::Found& found : records_given(session, args, default_query)) {
        const Record before = load_not_deleted(session, found);
        const std::int64_t score = scores.score(found.id);
        Record after = before;
        sales::put_score(after, score);
        if (!change.writer.change(before, after)) {
            if (named)
                change.report.add(after, "unchanged", before.label());
            continue;
        }
        const std::string old = sales::score_text(before);
        const std::string from = old.empty() ? "" : old + " -> ";
        change.report.add(after, "scored", fmt::format("{}: {}{}", before.label(), from, score));
    }
    return change.end();
}

}  // namespace

Command lead_score() {
    return {
        .help = "Score leads by the rules of the configuration",
        .needs = Needs::writing,
        .arguments = {{.name = "REF",
                       .kind = Kind::reference,
                       .many = true,
                       .help = "the leads; default: all open leads"}},
        .options = {{.name = "where",
                     .kind = Kind::query,
                     .value = "QUERY",
                     .help = "the leads that the query finds"},
                    learnt_option(),
                    {.name = "explain", .help = "show the points of each rule and change nothing"}},
        .formats = formats::rows_with_id,
        .formats_for = lead_score_formats,
        .run = run_lead_score,
        .details =
            "The rules are the [[score]] tables of the configuration, see crm-config(5): a query "
            "and "
            "the points of the leads that it finds, which may be negative. The score is the "
            "sum. Only changed scores are written; without references or --where only they are "
            "printed, so that the command can run from cron. With --learnt the fields likelihood "
            "(per cent) and likelihood_why are written instead, by the model of the report "
            "lead-model, unless it is no better than the base rate.",
        .examples = {{"lead score", "all open leads"},
                     {"lead score l7 --explain", "why the lead has its score"},
                     {"lead score --learnt", "how likely open leads are to be converted"},
                     {"lead list is:open -s -score", "the best leads first"}}};
}

}  // namespace crm::cmd
