#pragma once

#include "base/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace crm {

/// A time of day as it is stored, 09:30, out of 9:30, 09:30 or 09:30:00. Errors: usage.
Expected<std::string> read_time_of_day(std::string_view text);
/// Seconds since midnight to 09:30.
std::string time_of_day_text(int seconds);
/// Minutes since midnight of 9:30 or 09:30, also of 24:00; nothing for what is no time.
std::optional<int> minutes_of_day(std::string_view text);

}  // namespace crm
