#pragma once

#include "base/error.hpp"

#include <array>
#include <cstdint>
#include <span>
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

/// A unit as it is kept, its length, and the words by which it is read.
struct DurationUnit {
    std::string_view name;
    std::int64_t seconds;
    std::array<std::string_view, 4> words;
};
std::span<const DurationUnit> duration_units();

}  // namespace crm
