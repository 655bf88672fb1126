#include "sales/deal_overview.hpp"

#include "base/text.hpp"
#include "meta/stages.hpp"
#include "sales/stage_history.hpp"

#include <fmt/format.h>

namespace crm::sales {
namespace {

/// The stage in which a deal is; null where it is closed.
const meta::Stage* open_stage(const people::OverviewRequest& request) {
    const meta::Entity& deals = *request.about.entity;
    const store::Record deal = request.store().get(deals, request.about.id);
    const meta::Stage* stage = request.store().model().stages().find(
        deal.text(*deals.find("stage")), deal.text(*deals.find("pipeline")));
    return stage != nullptr && stage->outcome == meta::Outcome::open ? stage : nullptr;
}

std::vector<std::string> advice(const people::OverviewRequest& request, const meta::Stage& stage) {
    std::vector<std::string> out;
    if (const auto to_win = time_to_win(request.store(), stage.name); to_win.deals > 0)
        out.push_back(fmt::format("deals that were won took {} more days from here ({} case{})",
                                  to_win.days, to_win.deals, to_win.deals == 1 ? "" : "s"));
    const meta::Entity& articles = request.store().model().get("kb");
    store::Resolver resolver(request.store());
    for (const std::string_view article : stage.playbook) {
        const auto found = resolver.find(article, &articles);
        if (found)
            out.push_back(fmt::format("playbook: {} ({})",
                                      text::visible(request.store().name(articles, found->id)),
                                      meta::short_id(articles, found->id)));
        else
            out.push_back(fmt::format("playbook: {} (not written yet)", text::visible(article)));
    }
    return out;
}

}  // namespace

void add_stages(const people::OverviewRequest& request,
                std::vector<people::OverviewSection>& sections) {
    const auto visits = stage_history(request.store(), request.about.id, request.clock.now);
    if (visits.empty())
        return;
    people::OverviewSection section{.name = "stage_history", .title = "stages"};
    const meta::FieldInfo* instant = request.about.entity->find("created_at");
    section.columns = {
        {"stage"}, {"since", instant}, {"until", instant}, {.name = "days", .fraction = true}};
    for (const StageVisit& visit : visits)
        section.rows.push_back(
            {.cells = {{Value(visit.stage)},
                       {Value(visit.since)},
                       {visit.until.empty() ? Value() : Value(visit.until)},
                       {Value(fmt::format("{:.1f}", visit.days))}},
             .line = fmt::format("{:<14} {:>6.1f} days", text::visible(visit.stage), visit.days)});
    if (const meta::Stage* stage = open_stage(request))
        section.remarks = advice(request, *stage);
    sections.push_back(std::move(section));
}

}  // namespace crm::sales
