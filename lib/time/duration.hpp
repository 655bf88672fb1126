#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace crm {

/// A length of time as it is kept: a number and a unit of cli.md 6 (and s), 12min, 3mo, 10bd; of
/// several (1h30min) the sum in the smallest. Errors: refused; 12m, which is minutes or months,
/// with both readings.
Expected<std::string> read_duration(std::string_view text);
/// Seconds of one that was read: a day has 24 hours, also a business day, a month 30.4 and a year
/// 365.25 of them.
std::int64_t duration_seconds(std::string_view text);
/// The same in SQL, of an expression with such a text.
std::string duration_seconds_sql(std::string_view expression);

}  // namespace crm
