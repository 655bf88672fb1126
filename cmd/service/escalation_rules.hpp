#pragma once

#include "cmd/cli/config.hpp"
#include "service/escalation.hpp"

#include <vector>

/// The [[escalate]] tables of the configuration.
namespace crm::cmd {

/// Throws config where a point in time is wrong, an action has no value or two rules have one name.
std::vector<service::EscalationRule> escalation_rules(const Config& config);

}  // namespace crm::cmd
