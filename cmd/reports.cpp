#include "cmd/reports.hpp"

#include <fmt/format.h>

#include "meta/stages.hpp"
#include "sql/connection.hpp"

namespace crm::cmd {
namespace {

/// The changes of a deal's stage that were not taken back, with their time: c and o.
constexpr std::string_view moves = R"("change" c JOIN "operation" o ON o."id" = c."operation" WHERE c."noun" = 8 AND c."field" = 'stage' AND o."undoes" IS NULL)"
                                   R"( AND NOT EXISTS (SELECT 1 FROM "operation" u WHERE u."undoes" = o."id" AND NOT EXISTS (SELECT 1 FROM "operation" v WHERE v."undoes" = u."id")))";

/// How far a stage is, the first is 1; lost ones came from one that the history knows.
std::string rank(const meta::Stages& stages, std::string_view stage) {
    std::string out = fmt::format("CASE {}", stage);
    int n = 0;
    for (const std::string_view name : stages.names())
        if (name != meta::lost_stage) out += fmt::format(" WHEN {} THEN {}", sql::literal(name), ++n);
    return out + " ELSE 1 END";
}

std::string numbered(const meta::Stages& stages) {
    std::string out;
    int n = 0;
    for (const std::string_view name : stages.names())
        if (name != meta::lost_stage) ++n, out += fmt::format("{}SELECT {} AS n, {} AS name", n == 1 ? "" : " UNION ALL ", n, sql::literal(name));
    return out;
}

/// Every stage that a deal came to, and each before it.
std::string reached(const meta::Stages& stages) {
    return fmt::format(R"( LEFT JOIN (SELECT c."record" AS id, max(max({}, {})) AS n FROM {} GROUP BY c."record") h ON h.id = t."id" JOIN ({}) s ON s.n <= max({}, coalesce(h.n, 1)))", rank(stages, "c.\"old\""), rank(stages, "c.\"new\""), moves, numbered(stages),
                       rank(stages, "t.\"stage\""));
}

}  // namespace

std::string stays() {
    return fmt::format(
        R"((SELECT id, n, stage, at, lead(at) OVER (PARTITION BY id ORDER BY at, n) AS until FROM (SELECT d."id" AS id, 0 AS n, d."created_at" AS at, coalesce((SELECT c."old" FROM {0} AND c."record" = d."id" ORDER BY c."id" LIMIT 1), d."stage") AS stage FROM "deal" d)"
        R"( UNION ALL SELECT c."record", c."id", o."at", c."new" FROM {0})))",
        moves);
}

std::vector<Report> reports(const meta::Stages& stages) {
    static const Measure deals{"deals", "count(*)"}, amount{"amount", "sum(t.\"amount\")", true};
    static const Measure weighted{"weighted", "sum(t.\"amount\" * coalesce(t.\"probability\", 0)) / 100", true};
    static const Measure won{"won", "sum(t.\"stage\" = 'Closed Won')"}, lost{"lost", "sum(t.\"stage\" = 'Closed Lost')"};
    static const Measure rate{"win_rate", "printf('%.6f', avg(t.\"stage\" = 'Closed Won'))"};
    static const Measure won_amount{"won_amount", "sum(CASE WHEN t.\"stage\" = 'Closed Won' THEN t.\"amount\" END)", true};
    static const Measure mean{"mean", "sum(t.\"amount\") / count(t.\"amount\")", true};
    return {
        {"pipeline", "open deals by stage, with what they are worth, also by their chances", "deal", "stage", "is:open", "close_date", {deals, amount, weighted}},
        {"forecast", "open deals by the month in which they are to be decided", "deal", "close_date", "is:open", "close_date", {deals, amount, weighted}},
        {"won", "deals that were won, by the month", "deal", "close_date", "is:won", "close_date", {deals, amount, mean}},
        {"lost", "deals that were lost, by the reason", "deal", "lost_reason", "is:lost", "close_date", {deals, amount}},
        {"leaderboard", "who wins how much, and how often", "deal", "owner", "is:won or is:lost", "close_date", {won, lost, rate, won_amount}},
        {"win-rate", "how many of the deals that were decided were won, by product", "deal", "product", "is:won or is:lost", "close_date", {won, lost, rate, won_amount}},
        {"funnel", "how many deals came to each stage, and how many of those of the stage before, by the history", "deal", "", "", "created_at",
         {deals, {"conversion", "CASE WHEN min(s.n) > 1 THEN printf('%.6f', count(*) * 1.0 / lag(count(*)) OVER (PARTITION BY {group} ORDER BY min(s.n))) END"}}, reached(stages), "s.name", "stage", "min(s.n)"},
        {"stage-time", "how many days deals spent in each stage, and how many more the won ones took from there, by the history", "deal", "", "", "created_at",
         {{"deals", "count(DISTINCT t.\"id\")"}, {"days", "printf('%.1f', avg(julianday(coalesce(v.until, '{now}')) - julianday(v.at)))"}, {"still", "sum(v.until IS NULL)"},
          {"days_to_won", "CASE WHEN count(t.\"won_at\") > 0 THEN printf('%.1f', avg(julianday(t.\"won_at\") - julianday(v.at))) END"}}, fmt::format(R"( JOIN {} v ON v.id = t."id" AND v.stage NOT LIKE 'Closed %')", stays()), "v.stage", "stage", "min(v.at), 1"},
        {"velocity", "what is won in a day: deals won, their mean, the days from first to last", "deal", "owner", "is:won or is:lost", "close_date",
         {won, rate, {"mean", "sum(CASE WHEN t.\"stage\" = 'Closed Won' THEN t.\"amount\" END) / sum(t.\"stage\" = 'Closed Won' AND t.\"amount\" IS NOT NULL)", true},
          {"days", "CASE WHEN count(t.\"won_at\") > 0 THEN printf('%.1f', avg(julianday(t.\"won_at\") - julianday(t.\"created_at\"))) END"},
          {"per_day", "CAST(sum(CASE WHEN t.\"stage\" = 'Closed Won' THEN t.\"amount\" END) / nullif(avg(CASE WHEN t.\"won_at\" IS NOT NULL THEN julianday(t.\"won_at\") - julianday(t.\"created_at\") END), 0) AS INTEGER)", true}}},
        {"stale", "open deals that have stood in their stage for more than thirty days", "deal", "owner", "is:open stage_since:..-30d", "close_date", {deals, amount}},
        {"partners", "what partners brought, and what of it was won", "deal", "partner", "partner:any", "close_date", {deals, won, won_amount}},
        {"territories", "deals by territory", "deal", "territory", "", "close_date", {deals, won, lost, won_amount}},
        {"leads", "leads by source, and how many of them became customers", "lead", "source", "", "created_at",
         {{"leads", "count(*)"}, {"converted", "sum(t.\"status\" = 'Converted')"}, {"conversion", "printf('%.6f', avg(t.\"status\" = 'Converted'))"}}},
        {"tickets", "open tickets by priority", "ticket", "priority", "is:open", "created_at", {{"tickets", "count(*)"}, {"unanswered", "sum(t.\"first_response_at\" IS NULL)"}}},
    };
}

}  // namespace crm::cmd
