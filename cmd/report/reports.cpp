#include "cmd/report/reports.hpp"

namespace crm::cmd {

std::vector<report::Report> known_reports(const Config& config) {
    std::vector<report::CommissionPlan> plans;
    for (const Rule& rule : config.of("commission")) {
        const auto tiers = rule.list("tiers");
        plans.push_back(report::read_plan({.name = rule.text("name"),
                                           .rate = rule.text("rate"),
                                           .tiers = {tiers.begin(), tiers.end()},
                                           .basis = rule.text("of"),
                                           .query = rule.text("query"),
                                           .team = rule.text("team"),
                                           .origins = rule.origins}));
    }
    return report::catalogue(plans);
}

}  // namespace crm::cmd
