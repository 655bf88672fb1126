#pragma once

#include "cmd/cli/config.hpp"
#include "meta/entity.hpp"
#include "service/care.hpp"

#include <vector>

namespace crm::cmd {

/// The [[care]] tables. Throws config where a noun, a date, a duration or an action is wrong, or
/// two rules have one name.
std::vector<service::CareRule> care_rules(const Config& config, const meta::Model& model);

}  // namespace crm::cmd
