#include "sales/stage_history.hpp"

#include "meta/stages.hpp"
#include "sql/expression.hpp"

#include <fmt/format.h>

#include <cmath>

namespace crm::sales {
namespace {

constexpr double seconds_per_day = 24 * 60 * 60;

double days_between(Instant from, Instant to) {
    return static_cast<double>(to.seconds - from.seconds) / seconds_per_day;
}

}  // namespace

std::vector<StageVisit> stage_history(store::Store& store, std::int64_t deal, Instant now) {
    sql::Statement stages = store.db().prepare(R"(
        SELECT "stage", "at"
        FROM "deal_stages"
        WHERE "record" = ?1
        ORDER BY "position")");
    std::vector<StageVisit> visits;
    for (stages.with(deal); stages.step();) {
        StageVisit visit;
        visit.stage = stages.text(0);
        visit.since = stages.text(1);
        if (!visits.empty())
            visits.back().until = visit.since;
        visits.push_back(std::move(visit));
    }
    for (StageVisit& visit : visits) {
        const Instant since = iso_instant(visit.since).value_or(now);
        visit.days = days_between(since, iso_instant(visit.until).value_or(now));
    }
    return visits;
}

TimeToWin time_to_win(store::Store& store, std::string_view stage) {
    sql::Statement won = store.db().prepare(fmt::format(
        R"(
        SELECT min(v."at"), t."won_at"
        FROM "deal" t
        JOIN "deal_stages" v ON v."record" = t."id"
        WHERE v."stage" = ?1
          AND t."won_at" IS NOT NULL
          AND t."stage" = ?2
          AND {}
        GROUP BY t."id", t."won_at")",
        sql::live("t")));
    TimeToWin out;
    double days = 0;
    for (won.with(stage, meta::won_stage); won.step();) {
        const auto since = iso_instant(won.text(0));
        const auto until = iso_instant(won.text(1));
        if (!since || !until)
            continue;
        ++out.deals;
        days += days_between(*since, *until);
    }
    if (out.deals > 0)
        out.days = std::llround(days / static_cast<double>(out.deals));
    return out;
}

}  // namespace crm::sales
