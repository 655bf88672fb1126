#pragma once

#include "base/error.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace crm {

/// Which durations are valid for a purpose.
struct DurationRange {
    std::int64_t most;  ///< in seconds
    Fault too_long;     ///< what a longer one is
    std::string_view too_long_because;
    bool waiting;               ///< also ms, decimals, and a bare number for seconds
    std::string_view examples;  ///< the hint
};
/// Of a field: up to 1000 years.
inline constexpr DurationRange field_durations{
    31'557'600'000, Fault::refused, "is longer than 1000 years", false, "12min, 2h, 10bd, 3mo"};
/// How long to wait: up to a day.
inline constexpr DurationRange waiting_durations{
    86'400, Fault::usage, "is not a valid duration", true,
    "valid durations are 500ms, 30s, 5min, at most 24h"};

/// A duration as it is stored: a number and a unit of crm-dates.7 (or s), 12min, 3mo, 10bd; of
/// several (1h30min) the sum in the smallest one. 12m is an error with both readings, minutes and
/// months. Errors: usage for what is no duration, refused for one that is too long.
Expected<std::string> read_duration(std::string_view text);
/// How long to wait: the same units, and ms, decimals, seconds without a unit, m for minutes.
/// Errors: usage.
Expected<std::chrono::milliseconds> read_wait(std::string_view text);
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
