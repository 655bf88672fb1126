#pragma once

#include "base/error.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace crm {

/// A duration as it is stored: a number and a unit of crm-dates.7 (or s), 12min, 3mo, 10bd; of
/// several (1h30min) the sum in the smallest one. 12m is an error with both readings, minutes and
/// months.
Expected<std::string> read_duration(std::string_view text);
/// Seconds of a stored one: a day and a business day have 24 hours, a month has 30.4 days and a
/// year 365.25.
std::int64_t duration_seconds(std::string_view text);

/// A unit as it is stored, its length, and the words that are read as it.
struct DurationUnit {
    std::string_view name;
    std::int64_t seconds;
    std::array<std::string_view, 4> words;
};
std::span<const DurationUnit> duration_units();

}  // namespace crm
