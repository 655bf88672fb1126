#pragma once

#include "store/rule.hpp"

#include <span>

namespace crm::campaign {

/// What holds of members of campaigns, whoever changes them.
std::span<const store::Rule> rules();

}  // namespace crm::campaign
