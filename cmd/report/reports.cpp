#include "cmd/report/reports.hpp"

#include "base/money.hpp"
#include "base/text.hpp"
#include "meta/stages.hpp"
#include "sql/connection.hpp"
#include "sql/expression.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace crm::cmd {
namespace {

/// How far a stage is, the first is 1; lost ones came from one that the history knows.
std::string rank(const meta::Stages& stages, std::string_view stage) {
    std::string out = fmt::format("CASE {}", stage);
    int n = 0;
    for (const std::string_view name : stages.names())
        if (name != meta::lost_stage)
            out += fmt::format(" WHEN {} THEN {}", sql::literal(name), ++n);
    return out + " ELSE 1 END";
}

std::string numbered(const meta::Stages& stages) {
    std::string out;
    int n = 0;
    for (const std::string_view name : stages.names())
        if (name != meta::lost_stage)
            ++n, out += fmt::format("{}SELECT {} AS n, {} AS name", n == 1 ? "" : " UNION ALL ", n,
                                    sql::literal(name));
    return out;
}

/// Every stage that a deal came to, and each before it.
std::string reached(const meta::Stages& stages) {
    return fmt::format(
        R"( LEFT JOIN (SELECT "record" AS id, max({}) AS n FROM "deal_stages" GROUP BY "record") h ON h.id = t."id" JOIN ({}) s ON s.n <= max({}, coalesce(h.n, 1)))",
        rank(stages, "\"stage\""), numbered(stages), rank(stages, "t.\"stage\""));
}

/// A deal without an amount is worth the list price of its product.
constexpr std::string_view listed = R"( LEFT JOIN "product" px ON px."id" = t."product")";
constexpr std::string_view
    listed_value = R"(coalesce(t."amount", px."price"))",
    listed_currency =
        R"(CASE WHEN t."amount" IS NULL THEN px."price_currency" ELSE t."amount_currency" END)";

/// Ways to reckon what open deals will bring, out of the deals that were decided: their win rate
/// over all, by product or by owner; the mean of what was won instead of the value; and the rate of
/// an owner drawn to that of all as if by twenty deals. What no deal was decided of goes by all.
std::vector<Method> methods(const Method& by_stage) {
    constexpr std::string_view decided =
        R"(FROM "deal" WHERE "stage" IN ('Closed Won', 'Closed Lost') AND "deleted_at" IS NULL AND "undone" IS NULL)";
    const std::string all =
        fmt::format(R"( CROSS JOIN (SELECT avg("stage" = 'Closed Won') AS rate {}) wa)", decided);
    const std::string by_product = fmt::format(
        R"( LEFT JOIN (SELECT "product" AS id, avg("stage" = 'Closed Won') AS rate {} GROUP BY 1) wp ON wp.id = t."product")",
        decided);
    const std::string means = fmt::format(
        R"( LEFT JOIN (SELECT "product" AS id, "amount_currency" AS currency, avg("amount") AS mean {} AND "stage" = 'Closed Won' GROUP BY 1, 2) wm ON wm.id = t."product" AND wm.currency = {})",
        decided, listed_currency);
    const std::string by_owner = fmt::format(
        R"( LEFT JOIN (SELECT "owner" AS id, sum("stage" = 'Closed Won') AS won, count(*) AS n {} GROUP BY 1) wo ON wo.id = t."owner")",
        decided);
    return {by_stage,
            {"overall", "by the win rate of all deals", "{value} * wa.rate", all},
            {"product", "by the win rate of the product", "{value} * coalesce(wp.rate, wa.rate)",
             all + by_product},
            {"product-mean", "by the win rate of the product and the mean of what it was won for",
             "coalesce(wm.mean, {value}) * coalesce(wp.rate, wa.rate)", all + by_product + means},
            {"owner", "by the win rate of the owner",
             "{value} * coalesce(wo.won * 1.0 / wo.n, wa.rate)", all + by_owner},
            {"owner-shrunk",
             "by that of the owner, drawn to that of all: (won + 20 p) / (decided + 20)",
             "{value} * (coalesce(wo.won, 0) + 20 * wa.rate) / (coalesce(wo.n, 0) + 20)",
             all + by_owner}};
}

/// The first day of a target's period and the one after its last, in SQL: 2026, 2026-Q4, 2026-11.
constexpr std::string_view first_day =
    R"((CASE WHEN t."period" GLOB '[0-9][0-9][0-9][0-9]' THEN t."period" || '-01-01' WHEN t."period" GLOB '[0-9][0-9][0-9][0-9]-Q[1-4]' THEN substr(t."period", 1, 4) || printf('-%02d-01', substr(t."period", 7) * 3 - 2))"
    R"( WHEN t."period" GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]' THEN t."period" || '-01' END))";
std::string after_day() {
    return fmt::format(
        R"(date({}, CASE length(t."period") WHEN 4 THEN '+1 year' WHEN 7 THEN CASE WHEN substr(t."period", 6, 1) = 'Q' THEN '+3 months' ELSE '+1 month' END END))",
        first_day);
}

/// A noun has no table before its first record; what is asked of it then is 0, also in the stock
/// shell.
std::string in_period(const Nouns& nouns, std::string_view what, std::string_view noun,
                      std::string_view day, std::string_view which) {
    if (!nouns(noun))
        return "0";
    const std::string from = sql::quoted(noun);
    return fmt::format(
        R"((SELECT coalesce({}, 0) FROM {} x WHERE x."deleted_at" IS NULL AND x."undone" IS NULL AND {} >= {} AND {} < {} AND (t."owner" IS NULL OR x."owner" = t."owner") AND {}))",
        what, from, day, first_day, day, after_day(), which);
}

/// A target is a bare number: what counts for it is in the store's own currency, since amounts of
/// several are never added.
constexpr std::string_view own_currency =
    R"(x."amount_currency" = (SELECT "value" FROM "store" WHERE "key" = 'currency') AND )";

std::string reached_of_target(const Nouns& nouns) {
    const std::string revenue =
                          in_period(nouns, R"(CAST(round(sum(x."amount") / 100.0) AS INTEGER))",
                                    "deal", "x.\"close_date\"",
                                    fmt::format("{}x.\"stage\" = 'Closed Won'", own_currency)),
                      won = in_period(nouns, "count(*)", "deal", "x.\"close_date\"",
                                      "x.\"stage\" = 'Closed Won'"),
                      calls = in_period(nouns, "count(*)", "call", "substr(x.\"start\", 1, 10)",
                                        "x.\"status\" = 'Held'"),
                      meetings = in_period(nouns, "count(*)", "meeting",
                                           "substr(x.\"start\", 1, 10)", "x.\"status\" = 'Held'"),
                      leads = in_period(nouns, "count(*)", "lead",
                                        "substr(x.\"created_at\", 1, 10)", "1 = 1"),
                      orders = in_period(nouns, "count(*)", "order", "x.\"order_date\"",
                                         "x.\"status\" <> 'Cancelled'");
    return fmt::format(
        "CASE t.\"metric\" WHEN 'revenue' THEN {} WHEN 'won' THEN {} WHEN 'calls' THEN {} WHEN "
        "'meetings' THEN {} WHEN 'leads' THEN {} WHEN 'orders' THEN {} END",
        revenue, won, calls, meetings, leads, orders);
}

/// Of revenue and deals: what is open in the period, by its chances.
std::string to_come(const Nouns& nouns) {
    const std::string
        revenue = in_period(
            nouns,
            R"(CAST(round(sum(x."amount" * coalesce(x."probability", 0)) / 10000.0) AS INTEGER))",
            "deal", "x.\"close_date\"",
            fmt::format("{}x.\"stage\" NOT IN ('Closed Won', 'Closed Lost')", own_currency)),
        won = in_period(
            nouns, R"(CAST(round(sum(coalesce(x."probability", 0)) / 100.0) AS INTEGER))", "deal",
            "x.\"close_date\"", "x.\"stage\" NOT IN ('Closed Won', 'Closed Lost')");
    return fmt::format("CASE t.\"metric\" WHEN 'revenue' THEN {} WHEN 'won' THEN {} END", revenue,
                       won);
}

/// Hours of the calls and meetings that were held about a lead, or about the deal that it became.
std::string hours_of_lead(const Nouns& nouns) {
    const auto sum = [&](std::string_view hours, std::string_view noun) {
        if (!nouns(noun))
            return std::string("0");
        return fmt::format(
            R"(coalesce((SELECT sum({}) FROM "{}" x WHERE ((x."about_noun" = 6 AND x."about" = t."id") OR (x."about_noun" = 8 AND x."about" = t."deal")) AND x."status" = 'Held' AND x."deleted_at" IS NULL AND x."undone" IS NULL), 0))",
            hours, noun);
    };
    return sum(sql::duration_seconds("x.\"duration\"") + " / 3600.0", "call") + " + " +
           sum(R"((julianday(x."end") - julianday(x."start")) * 24)", "meeting");
}

/// What a plan pays: of every tier its rate of the part of the sum that lies in it. Sums are per
/// person and currency.
Report commissions(const Rule& plan) {
    struct Tier {
        std::int64_t from;  ///< minor units of a currency with two decimals
        double rate;        ///< per cent
    };
    const auto wrong = [&](std::string_view key, const std::string& text, std::string_view right) {
        return Error(
            Fault::config, "bad_config",
            fmt::format("{}: {}: '{}'", plan.origin, key, text::visible(text::clipped(text, 40))),
            std::string(right));
    };
    const auto percent = [&](std::string_view key, const std::string& text) {
        char* end = nullptr;
        const double rate = std::strtod(text.c_str(), &end);
        const std::string_view rest = text::trimmed(end);
        if (end == text.c_str() || (!rest.empty() && rest != "%") || !(rate >= 0 && rate <= 100))
            throw wrong(key, text, "a per cent from 0 to 100: 7.5 %");
        return rate;
    };
    std::vector<Tier> tiers{{0, percent("rate", plan.text("rate"))}};
    for (const std::string& text : plan.list("tiers")) {
        const auto equals = text.find('=');
        const auto from = equals == std::string::npos
                              ? Expected<Money>(failure(Fault::config, "bad_config", ""))
                              : read_money(text.substr(0, equals), "EUR");
        if (!from || from->minor <= tiers.back().from)
            throw wrong("tiers", text,
                        "from the lowest to the highest: [\"100k = 7 %\", \"250k = 9 %\"]");
        tiers.push_back({from->minor, percent("tiers", text.substr(equals + 1))});
    }
    const double team = plan.has("team") ? percent("team", plan.text("team")) : 0;
    const bool orders = plan.text("of") == "paid orders";
    Report r{.name = "commissions",
             .help = "what sellers earn by the plan",
             .noun = orders ? "order" : "deal",
             .by = "",
             .which = orders ? "status:Paid" : "is:won",
             .period = orders ? "order_date" : "close_date",
             .measures = {}};
    if (plan.has("query"))
        r.which = fmt::format("{} ({})", r.which, plan.text("query"));
    r.plan = plan.text("name");
    if (orders)
        r.value = "t.\"total\"", r.currency = "t.\"total_currency\"";
    if (plan.text("of") == "margin of won deals") {
        // The margin of the lines, as the computed field has it.
        r.value =
            R"((SELECT CASE WHEN count(DISTINCT l."price_currency") = 1 AND count(l."cost") = count(*) THEN sum(CAST(round(coalesce(l."quantity", 1000) * l."price" * (10000 - coalesce(l."discount", 0)) / 10000000.0) AS INTEGER) - CAST(round(coalesce(l."quantity", 1000) * coalesce(l."cost", 0) / 1000.0) AS INTEGER)) END FROM "deal_lines" l WHERE l."record" = t."id"))";
        r.currency =
            R"((SELECT min(l."price_currency") FROM "deal_lines" l WHERE l."record" = t."id"))";
    }
    // The owner's part, and the team's in equal parts; a team that is empty leaves it to the owner.
    const std::string members =
        orders ? "0" : R"((SELECT count(*) FROM "deal_team" m WHERE m."record" = d."id"))";
    r.join = fmt::format(
        R"( JOIN (SELECT d."id" AS id, d."owner" AS user, CASE WHEN {0} = 0 THEN 1.0 ELSE {1} END AS part FROM "{2}" d)",
        members, 1 - team / 100, r.noun);
    if (!orders && team > 0)
        r.join += fmt::format(
            R"( UNION ALL SELECT m."record", m."user", {} / (SELECT count(*) FROM "deal_team" n WHERE n."record" = m."record") FROM "deal_team" m)",
            team / 100);
    r.join += R"() sh ON sh.id = t."id" LEFT JOIN "user" su ON su."id" = sh.user)";
    r.key = "su.\"name\"", r.key_title = "seller", r.order = "su.\"name\"";
    const std::string sum = "sum({value} * sh.part)";
    std::string pays;
    for (std::size_t i = 0; i < tiers.size(); ++i) {
        const std::string upper =
            i + 1 < tiers.size() ? fmt::format("min({}, {})", sum, tiers[i + 1].from) : sum;
        pays += fmt::format("{}max(0, {} - {}) * {} / 100.0", i == 0 ? "" : " + ", upper,
                            tiers[i].from, tiers[i].rate);
    }
    r.measures = {{orders ? "orders" : "deals", "count(DISTINCT t.\"id\")"},
                  {"sum", "CAST(round(" + sum + ") AS INTEGER)", true},
                  {"commission", "CAST(round(" + pays + ") AS INTEGER)", true}};
    return r;
}

}  // namespace

std::vector<Report> reports(const meta::Stages& stages, const Config& config, const Nouns& nouns) {
    const Measure deals{"deals", "count(*)"}, amount{"amount", "sum({value})", true};
    const Measure weighted{"weighted", "CAST(round(sum({weight})) AS INTEGER)", true};
    const Method by_stage{"stage", "by the chances of the stage",
                          R"({value} * coalesce(t."probability", 0) / 100.0)"};
    const Measure won{"won", "sum(t.\"stage\" = 'Closed Won')"},
        lost{"lost", "sum(t.\"stage\" = 'Closed Lost')"};
    const Measure rate{"win_rate", "printf('%.6f', avg(t.\"stage\" = 'Closed Won'))"};
    const Measure won_amount{"won_amount",
                             "sum(CASE WHEN t.\"stage\" = 'Closed Won' THEN {value} END)", true};
    const Measure mean{"mean", "CAST(round(avg({value})) AS INTEGER)", true};
    // Of velocity: open deals x win rate x mean value won / mean days from the first to the last.
    const std::string mean_won = "avg(CASE WHEN t.\"stage\" = 'Closed Won' THEN {value} END)",
                      days_to_won =
                          "avg(CASE WHEN t.\"stage\" = 'Closed Won' THEN julianday(t.\"won_at\") - "
                          "julianday(t.\"created_at\") END)";
    const std::string decided_rate =
        "CASE WHEN sum(t.\"stage\" IN ('Closed Won', 'Closed Lost')) > 0 THEN printf('%.6f', "
        "avg(CASE t.\"stage\" WHEN 'Closed Won' THEN 1 WHEN 'Closed Lost' THEN 0 END)) END";
    std::vector<Report> all = {
        {"pipeline",
         "open deals by stage, with what they are worth, also by their chances",
         "deal",
         "stage",
         "is:open",
         "close_date",
         {deals, amount, weighted},
         std::string(listed),
         "",
         "",
         "",
         std::string(listed_value),
         std::string(listed_currency),
         {by_stage}},
        {"forecast",
         "open deals by the month in which they are to be decided",
         "deal",
         "close_date",
         "is:open",
         "close_date",
         {deals, amount, weighted},
         std::string(listed),
         "",
         "",
         "",
         std::string(listed_value),
         std::string(listed_currency),
         methods(by_stage)},
        {"won",
         "deals that were won, by the month",
         "deal",
         "close_date",
         "is:won",
         "close_date",
         {deals, amount, mean}},
        {"lost",
         "deals that were lost, by the reason",
         "deal",
         "lost_reason",
         "is:lost",
         "close_date",
         {deals, amount}},
        {"leaderboard",
         "who wins how much, and how often",
         "deal",
         "owner",
         "is:won or is:lost",
         "close_date",
         {won, lost, rate, won_amount},
         "",
         "",
         "",
         R"(sum(CASE WHEN t."stage" = 'Closed Won' THEN {value} END) DESC)"},
        {"win-rate",
         "how many of the deals that were decided were won, by product",
         "deal",
         "product",
         "is:won or is:lost",
         "close_date",
         {won, lost, rate, won_amount}},
        {"funnel",
         "how many deals came to each stage, and how many of those of the stage before, by their "
         "stages",
         "deal",
         "",
         "",
         "created_at",
         {deals,
          {"conversion",
           "CASE WHEN min(s.n) > 1 THEN printf('%.6f', count(*) * 1.0 / lag(count(*)) OVER "
           "(PARTITION BY {group} ORDER BY min(s.n))) END"}},
         reached(stages),
         "s.name",
         "stage",
         "min(s.n)"},
        {"stage-time",
         "how many days deals spent in each stage, and how many more the won ones took from there",
         "deal",
         "",
         "",
         "created_at",
         {{"deals", "count(DISTINCT t.\"id\")"},
          {"days",
           "printf('%.1f', avg(julianday(coalesce(u.\"at\", '{now}')) - julianday(v.\"at\")))"},
          {"still", "sum(u.\"at\" IS NULL)"},
          {"days_to_won",
           "CASE WHEN count(t.\"won_at\") > 0 THEN printf('%.1f', avg(julianday(t.\"won_at\") - "
           "julianday(v.\"at\"))) END"}},
         R"( JOIN "deal_stages" v ON v."record" = t."id" AND v."stage" NOT LIKE 'Closed %' LEFT JOIN "deal_stages" u ON u."record" = v."record" AND u."position" = v."position" + 1)",
         "v.\"stage\"",
         "stage",
         "min(v.\"at\"), 1"},
        {"velocity",
         "what the open deals bring in a day: how many, their win rate, the mean that was won, the "
         "days that it took",
         "deal",
         "owner",
         "",
         "close_date",
         {{"open", "sum(t.\"stage\" NOT IN ('Closed Won', 'Closed Lost'))"},
          {"win_rate", decided_rate},
          {"mean", "CAST(round(" + mean_won + ") AS INTEGER)", true},
          {"days", "CASE WHEN " + days_to_won + " IS NOT NULL THEN printf('%.1f', " + days_to_won +
                       ") END"},
          {"per_day",
           "CASE WHEN " + days_to_won +
               " >= 1 THEN CAST(round(sum(t.\"stage\" NOT IN ('Closed Won', 'Closed Lost')) * "
               "avg(CASE t.\"stage\" WHEN 'Closed Won' THEN 1 WHEN 'Closed Lost' THEN 0 END) * " +
               mean_won + " / " + days_to_won + ") AS INTEGER) END",
           true}}},
        {"stale",
         "open deals that have stood in their stage for more than thirty days",
         "deal",
         "owner",
         "is:open stage_since:..-30d",
         "close_date",
         {deals, amount}},
        {"partners",
         "what partners brought, and what of it was won",
         "deal",
         "partner",
         "partner:any",
         "close_date",
         {deals, won, won_amount}},
        {"territories",
         "deals by territory",
         "deal",
         "territory",
         "",
         "close_date",
         {deals, won, lost, won_amount}},
        {"leads",
         "leads by source, and how many of them became customers",
         "lead",
         "source",
         "",
         "created_at",
         {{"leads", "count(*)"},
          {"converted", "sum(t.\"status\" = 'Converted')"},
          {"conversion", "printf('%.6f', avg(t.\"status\" = 'Converted'))"},
          {"hours", "printf('%.1f', sum(h.hours))"},
          {"hours_per_customer",
           "CASE WHEN sum(t.\"status\" = 'Converted') > 0 THEN printf('%.1f', sum(h.hours) / "
           "sum(t.\"status\" = 'Converted')) END"}},
         fmt::format(
             R"( JOIN (SELECT t."id" AS id, {} AS hours FROM "lead" t LIMIT -1) h ON h.id = t."id")",
             hours_of_lead(nouns))},
        {"targets",
         "figures to reach, and what was reached and is to come in their periods; revenue in the "
         "store's currency",
         "target",
         "period,metric,owner",
         "",
         "created_at",
         {{"target", "sum(t.\"value\")"},
          {"reached", "sum(r.reached)"},
          {"part",
           "CASE WHEN sum(t.\"value\") > 0 AND sum(r.reached) IS NOT NULL THEN printf('%.2f', "
           "sum(r.reached) * 1.0 / sum(t.\"value\")) END"},
          {"to_come", "sum(r.to_come)"}},
         fmt::format(
             R"( JOIN (SELECT t."id" AS id, {} AS reached, {} AS to_come FROM "target" t LIMIT -1) r ON r.id = t."id")",
             reached_of_target(nouns), to_come(nouns))},
        {"tickets",
         "open tickets by priority",
         "ticket",
         "priority",
         "is:open",
         "created_at",
         {{"tickets", "count(*)"}, {"unanswered", "sum(t.\"first_response_at\" IS NULL)"}}},
    };
    for (const Rule& plan : config.of("commission"))
        all.push_back(commissions(plan));
    return all;
}

}  // namespace crm::cmd
