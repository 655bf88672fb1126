#pragma once

#include "form/ics.hpp"
#include "time/date.hpp"

#include <string>
#include <vector>

namespace crm::calendar {

/// The events of a calendar file as holidays of a calendar, in their text form: whole days with
/// their names, timed ones as parts of days, a yearly rule on a fixed day as --MM-DD, other rules
/// as their days from `today` on for ten years.
std::vector<std::string> holidays_of(const form::Calendar& file, Date today);

}  // namespace crm::calendar
