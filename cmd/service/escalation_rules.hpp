#pragma once

#include "cmd/cli/session.hpp"
#include "service/escalation.hpp"

#include <span>
#include <string>
#include <vector>

/// The [[escalate]] tables of the configuration.
namespace crm::cmd {

struct ConfiguredEscalation {
    service::EscalationRule rule;  ///< without its tickets
    std::string query, query_origin;
    std::vector<std::string> actions;  ///< FIELD=VALUE, mail=…, task=…
    std::string actions_origin;
};

/// Throws config where a point in time is wrong, an action has no value or two rules have one name.
std::vector<ConfiguredEscalation> escalations(const Config& config);

}  // namespace crm::cmd
