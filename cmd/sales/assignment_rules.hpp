#pragma once

#include "cmd/cli/config.hpp"
#include "sales/assignment.hpp"

#include <vector>

namespace crm::cmd {

/// The [[assign]] tables of the configuration.
std::vector<sales::AssignmentRule> assignment_rules(const Config& config);

}  // namespace crm::cmd
