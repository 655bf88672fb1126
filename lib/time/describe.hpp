#pragma once

#include "time/date.hpp"

#include <string>
#include <string_view>

namespace crm {

/// What a date expression means, written out: `Fri 2026-11-27`, `Thu 2026-10-01..Thu 2026-12-31`,
/// `Wed 2026-11-25T10:00:00+00:00`. Throws usage for what is not a date, and for a range that ends
/// before it begins.
std::string describe_date(std::string_view expression, const Clock& clock);

/// A stored instant as it is shown: the local time with its offset, in UTC as it is stored. What is
/// no instant stays as it is.
std::string shown_time(std::string_view stored, const Clock& clock);

/// One day, one point in time: `Fri 2026-11-27`, `Wed 2026-11-25T10:00:00+00:00`.
std::string with_weekday(Date day);
std::string with_weekday(Instant at, const Clock& clock);

/// For a person: `Tue 24 Nov 10:15`, in the clock's zone, with the year where it is not the present
/// one.
std::string day_and_time(Instant at, const Clock& clock);
/// For a program: `2026-11-24 10:15`, in the clock's zone.
std::string day_and_minute(Instant at, const Clock& clock);

}  // namespace crm
