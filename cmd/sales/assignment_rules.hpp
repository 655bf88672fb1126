#pragma once

#include "cmd/cli/config.hpp"
#include "people/assignment.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace crm::cmd {

/// The [[assign]] tables of the configuration that are for a noun. Throws config where a way to
/// choose is not for it.
std::vector<people::AssignmentRule> assignment_rules(const Config& config, std::string_view noun);
/// The noun that such a table is for.
std::string assigned_noun(const Rule& rule);

}  // namespace crm::cmd
