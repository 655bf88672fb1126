#include "cmd/service/escalation_rules.hpp"

#include "base/text.hpp"
#include "store/assign.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::cmd {
namespace {

service::ClockName clock_named(const std::string& name) {
    if (name == "response")
        return service::ClockName::response;
    return name == "next_response" ? service::ClockName::next_response
                                   : service::ClockName::resolution;
}

[[noreturn]] void wrong(const Rule& rule, std::string_view key, const std::string& why,
                        std::string hint) {
    throw Error(Fault::config, "bad_config",
                fmt::format("{}: {}: {}", rule.origin_of(key), key, why), std::move(hint));
}

service::EscalationRule escalation(const Rule& rule) {
    service::EscalationRule out;
    out.name = rule.text("name");
    out.on = clock_named(rule.text("on"));
    const auto point = service::read_escalation_point(rule.text("at"));
    if (!point)
        wrong(rule, "at", point.error().message, point.error().hint);
    out.at = *point;
    out.always = rule.text("always") == "true";
    out.query = rule.text("query");
    out.query_origin = rule.origin_of("query");
    out.actions_origin = rule.origin_of("do");
    for (const std::string& action : rule.list("do")) {
        if (!store::is_assignment(action))
            wrong(rule, "do",
                  fmt::format("'{}' is not FIELD=VALUE", text::visible(text::clipped(action, 40))),
                  R"(do = ["priority=urgent", "mail=owner", "task=Call the customer"])");
        out.actions.push_back(action);
    }
    return out;
}

}  // namespace

std::vector<service::EscalationRule> escalation_rules(const Config& config) {
    std::vector<service::EscalationRule> out;
    for (const Rule& rule : config.of("escalate")) {
        service::EscalationRule next = escalation(rule);
        const bool is_twice = std::ranges::any_of(
            out, [&](const service::EscalationRule& other) { return other.name == next.name; });
        if (is_twice)
            wrong(rule, "name",
                  fmt::format("'{}' is the name of two rules",
                              text::visible(text::clipped(next.name, 40))),
                  "each rule acts once per ticket, by its name");
        out.push_back(std::move(next));
    }
    return out;
}

}  // namespace crm::cmd
