#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "meta/stages.hpp"
#include "sales/stage_history.hpp"
#include "time/describe.hpp"

#include <fmt/format.h>

/// deal stages: the stages of the pipeline, and how deals went through them.
namespace crm::cmd {
namespace {

int print_stages(Session& session) {
    Rows rows(session, {"pipeline", "stage", "probability", "requires", "playbook"});
    for (const meta::Stage& stage : session.model().stages().all())
        rows.row({std::string(stage.pipeline), std::string(stage.name),
                  std::int64_t{stage.probability}, fmt::format("{}", fmt::join(stage.needs, ", ")),
                  fmt::format("{}", fmt::join(stage.playbook, ", "))});
    rows.end();
    return 0;
}

bool is_closed(Session& session, const std::string& name) {
    const meta::Stage* stage = session.model().stages().find(name);
    return stage != nullptr && stage->outcome != meta::Outcome::open;
}

void print_history(Session& session, const store::Found& deal, Rows& rows) {
    store::Store& store = session.store();
    const Clock& clock = session.env.clock;
    for (const auto& visit : sales::stage_history(store, deal.id, clock.now)) {
        const sales::TimeToWin to_win = is_closed(session, visit.stage)
                                            ? sales::TimeToWin()
                                            : sales::time_to_win(store, visit.stage);
        rows.row(
            {meta::short_id(*deal.entity, deal.id), visit.stage, shown_time(visit.since, clock),
             visit.until.empty() ? Value() : Value(shown_time(visit.until, clock)),
             fmt::format("{:.1f}", visit.days), to_win.deals == 0 ? Value() : Value(to_win.days),
             to_win.deals == 0 ? Value() : Value(to_win.deals)});
    }
}

int run_deal_stages(Session& session, const Arguments& args) {
    if (args.words.empty())
        return print_stages(session);
    session.open(sql::Mode::reading);
    Rows rows(session, {"id",
                        "stage",
                        {"since", show::Shape::time},
                        {"until", show::Shape::time},
                        {"days", show::Shape::number},
                        "days_to_won",
                        "cases"});
    for (const std::string& reference : session.references(args.words))
        print_history(session, resolve_reference(session, args.noun, reference), rows);
    rows.end();
    return 0;
}

}  // namespace

Command deal_stages() {
    return {.help = "Show the stages of the pipeline, or how deals went through them",
            .needs = Needs::nothing,  // the stages are known without a database
            .arguments = {{.name = "REF",
                           .kind = Kind::reference,
                           .many = true,
                           .help = "the deals; default: the stages themselves, as configured"}},
            .formats = formats::rows,
            .run = run_deal_stages,
            .details =
                "For a deal: each visit to a stage with its days; moves that were undone do "
                "not count. days_to_won is the average number of days that won deals took "
                "from this stage until they were won, and cases the number of those deals. "
                "The stages are those of [[stage]] in the configuration, see crm-config(5); each "
                "may have a pipeline, required fields and a playbook of articles.",
            .examples = {{"deal stages", "the stages of the pipeline"},
                         {"deal stages d41", "how long the deal was in each stage"},
                         {"deal list is:open -o ids | crm deal stages -", "of all open deals"}}};
}

}  // namespace crm::cmd
