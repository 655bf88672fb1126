#pragma once

#include "time/date.hpp"

#include <cstdint>
#include <optional>

/// Counting in days, business days, months and quarters.
namespace crm {

enum class Unit { minute, hour, day, business_day, week, month, quarter, year };

/// So many of a unit, forward or back: "+3bd", "-7d".
struct Offset {
    std::int64_t count = 0;
    Unit unit = Unit::day;
};

/// Days from the first to the last, both of them included.
struct Days {
    Date first, last;
};

/// Whether this many days since 1970-01-01 are in the years 1 to 9999.
bool in_calendar(std::int64_t days);

/// The date moved by whole days or more (a minute or an hour counts as a day); nothing outside the
/// years 1 to 9999. A day that the month does not have becomes its last day: 31 January and a month
/// is 28 or 29 February, 29 February and a year is 28 February. Business days are Monday to Friday;
/// one business day after a Saturday is Monday.
std::optional<Date> shifted(Date date, const Offset& by);

/// The whole week (from Monday), month, quarter or year of a date; the day itself for smaller
/// units.
Days period(Date date, Unit unit);

/// The span before this one that is as long: whole months before whole months, so many days before
/// others. Nothing outside the years 1 to 9999.
std::optional<Days> span_before(const Days& days);

}  // namespace crm
