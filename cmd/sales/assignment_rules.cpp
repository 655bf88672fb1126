#include "cmd/sales/assignment_rules.hpp"

#include <fmt/format.h>

namespace crm::cmd {
namespace {

sales::AssignBy assign_by(const Rule& rule) {
    const std::string by = rule.text("by");
    if (by == "least busy")
        return sales::AssignBy::least_busy;
    return by == "territory" ? sales::AssignBy::territory : sales::AssignBy::round_robin;
}

}  // namespace

std::vector<sales::AssignmentRule> assignment_rules(const Config& config) {
    std::vector<sales::AssignmentRule> rules;
    for (const Rule& rule : config.of("assign")) {
        const auto users = rule.list("to");
        rules.push_back({.name = rule.has("name") ? rule.text("name")
                                                  : fmt::format("rule {}", rules.size() + 1),
                         .by = assign_by(rule),
                         .users = {users.begin(), users.end()},
                         .query = rule.text("query"),
                         .query_origin = rule.origin_of("query"),
                         .users_origin = rule.origin_of("to")});
    }
    return rules;
}

}  // namespace crm::cmd
