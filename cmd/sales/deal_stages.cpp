#include "cmd/sales/deal_stages.hpp"

#include "base/text.hpp"
#include "cmd/cli/records.hpp"

#include <fmt/format.h>

/// deal stages: the sales process, and how a deal went through it.
namespace crm::cmd {

std::vector<StageVisit> stage_history(Session& session, std::int64_t deal) {
    std::vector<StageVisit> out;
    sql::Statement get = session.store().db().prepare(
        R"(SELECT v."stage", v."at", u."at", printf('%.1f', julianday(coalesce(u."at", ?2)) - julianday(v."at")) FROM "deal_stages" v LEFT JOIN "deal_stages" u ON u."record" = v."record" AND u."position" = v."position" + 1 WHERE v."record" = ?1 ORDER BY v."position")");
    const std::string now = session.env.clock.now.iso();
    get.with(deal, now);
    while (get.step())
        out.push_back({std::string(get.text(0)), std::string(get.text(1)), std::string(get.text(2)),
                       std::string(get.text(3))});
    return out;
}

std::pair<std::int64_t, std::int64_t> days_still(Session& session, std::string_view stage) {
    sql::Statement get = session.store().db().prepare(
        R"(SELECT count(*), CAST(round(avg(days)) AS INTEGER) FROM (SELECT julianday(t."won_at") - julianday(min(v."at")) AS days FROM "deal" t JOIN "deal_stages" v ON v."record" = t."id" WHERE v."stage" = ?1 AND t."won_at" IS NOT NULL AND t."stage" = 'Closed Won' AND t."deleted_at" IS NULL GROUP BY t."id"))");
    const std::string name(stage);
    get.with(name).step();
    return {get.integer(0), get.integer(1)};
}

namespace {

int run(Session& session, const Arguments& args) {
    const meta::Stages& stages = session.model().stages();
    if (args.words.empty()) {
        Rows rows(session, {"pipeline", "stage", "probability", "requires", "playbook"});
        for (const meta::Stage& stage : stages.all())
            rows.row({std::string(stage.pipeline), std::string(stage.name),
                      std::int64_t{stage.probability},
                      fmt::format("{}", fmt::join(stage.needs, ", ")),
                      fmt::format("{}", fmt::join(stage.playbook, ", "))});
        rows.end();
        return 0;
    }
    session.open(sql::Mode::reading);
    Rows rows(session, {"id", "stage", "since", "until", "days", "days_to_won", "cases"});
    rows.decimals({4});
    for (const std::string& reference : session.references(args.words)) {
        const store::Found found = resolve_reference(session, args.noun, reference);
        for (const StageVisit& stay : stage_history(session, found.id)) {
            const auto [cases, days] = stay.stage.starts_with("Closed ")
                                           ? std::pair<std::int64_t, std::int64_t>()
                                           : days_still(session, stay.stage);
            rows.row({meta::short_id(*found.entity, found.id), stay.stage, stay.since,
                      stay.until.empty() ? Value() : Value(stay.until), stay.days,
                      cases == 0 ? Value() : Value(days), cases == 0 ? Value() : Value(cases)});
        }
    }
    rows.end();
    return 0;
}

}  // namespace

Command deal_stages() {
    return {
        .help = "The stages of the sales process, or how deals went through them",
        .needs = Needs::nothing,  // the stages are known without a store
        .arguments = {{.name = "REF",
                       .kind = Kind::reference,
                       .many = true,
                       .help =
                           "the deals; without one the stages themselves, as they are configured"}},
        .run = run,
        .details =
            "Of a deal: every stay in a stage with its days, by its field stages; a move that was "
            "undone does not count. days_to_won is how many days the deals that were won took from "
            "there, on the average over so many cases. "
            "The stages are those of [[stage]] in the configuration, see crm(1); each may name its "
            "pipeline, the fields it requires and the articles that help.",
        .examples = {{"deal stages", "the process"},
                     {"deal stages d41", "where it stood how long"}}};
}

}  // namespace crm::cmd
