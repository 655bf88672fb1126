#pragma once

#include "store/rule.hpp"

#include <span>

namespace crm::calendar {

/// The rules of calendars, of tasks and meetings, and of what repeats.
std::span<const store::Rule> rules();

}  // namespace crm::calendar
