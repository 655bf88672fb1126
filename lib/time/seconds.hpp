#pragma once

#include <cstdint>

/// Points in time are seconds since 1970.
namespace crm {

inline constexpr std::int64_t hour_seconds = 3600;
inline constexpr std::int64_t day_seconds = 86400;

/// The quotient, rounded down, so that a point in time before 1970 is on the right day.
constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) {
    return a / b - (a % b < 0);
}

}  // namespace crm
