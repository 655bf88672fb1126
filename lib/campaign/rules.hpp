#pragma once

#include "store/rule.hpp"

#include <span>

namespace crm::campaign {

/// What holds of campaigns and their members, whoever changes them.
std::span<const store::Rule> rules();

}  // namespace crm::campaign
