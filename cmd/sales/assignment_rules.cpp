#include "cmd/sales/assignment_rules.hpp"

#include <fmt/format.h>

namespace crm::cmd {
namespace {

people::AssignBy assign_by(const Rule& rule) {
    const std::string by = rule.text("by");
    if (by == "least busy")
        return people::AssignBy::least_busy;
    if (by == "topic")
        return people::AssignBy::topic;
    return by == "territory" ? people::AssignBy::territory : people::AssignBy::round_robin;
}

[[noreturn]] void wrong_noun(const Rule& rule, std::string_view key, std::string_view value,
                             std::string_view on) {
    throw Error(Fault::config, "bad_config",
                fmt::format("{}: {}: {} is only for {}s", rule.origin_of(key), key, value, on),
                fmt::format("on = \"{}\"", on));
}

/// Leads have territories, tickets have topics and queues.
void check_noun(const Rule& rule, std::string_view noun) {
    const std::string by = rule.text("by");
    if (by == "territory" && noun != "lead")
        wrong_noun(rule, "by", by, "lead");
    if (by == "topic" && noun != "ticket")
        wrong_noun(rule, "by", by, "ticket");
    if (rule.has("queue") && noun != "ticket")
        wrong_noun(rule, "queue", "a queue", "ticket");
}

}  // namespace

std::string assigned_noun(const Rule& rule) {
    return rule.has("on") ? rule.text("on") : "lead";
}

std::vector<people::AssignmentRule> assignment_rules(const Config& config, std::string_view noun) {
    std::vector<people::AssignmentRule> rules;
    std::size_t number = 0;
    for (const Rule& rule : config.of("assign")) {
        ++number;
        check_noun(rule, assigned_noun(rule));
        if (assigned_noun(rule) != noun)
            continue;
        const auto users = rule.list("to");
        rules.push_back(
            {.name = rule.has("name") ? rule.text("name") : fmt::format("rule {}", number),
             .by = assign_by(rule),
             .users = {users.begin(), users.end()},
             .queue = rule.text("queue"),
             .query = rule.text("query"),
             .query_origin = rule.origin_of("query"),
             .users_origin = rule.origin_of("to"),
             .queue_origin = rule.origin_of("queue")});
    }
    return rules;
}

}  // namespace crm::cmd
