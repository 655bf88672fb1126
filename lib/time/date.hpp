#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Civil dates, UTC instants and the words people use for them (cli.md 6, crm-dates.7).
namespace crm {

/// Days since 1970-01-01 in the proleptic Gregorian calendar.
struct Date {
    std::int32_t days = 0;
    static Date of(int year, unsigned month, unsigned day);
    void civil(int& year, unsigned& month, unsigned& day) const;
    std::string iso() const;  ///< 2026-11-30
    int weekday() const;      ///< 1 = Monday … 7 = Sunday
    auto operator<=>(const Date&) const = default;
};

/// Seconds since 1970-01-01T00:00:00Z.
struct Instant {
    std::int64_t seconds = 0;
    std::string iso() const;  ///< 2026-11-30T09:00:00Z, the stored form
    auto operator<=>(const Instant&) const = default;
};

/// The current time, and the zone in which local words ("today", "09:00") are read.
struct Clock {
    Instant now;
    std::string zone;  ///< IANA name or POSIX TZ text; empty: UTC

    Date today() const { return day(now); }
    /// The day of an instant where the user is: the one way to cut a day out of a moment. In SQL it
    /// is sql::Dialect::local_day.
    Date day(Instant at) const;
    /// Seconds since midnight of the clock on the wall, now.
    int second_of_day() const;
    /// Seconds east of UTC at `at` in the zone.
    int offset(Instant at) const;
    Instant at(Date day,
               int seconds_of_day) const;  ///< local wall time to an instant
    std::string local(Instant at) const;   ///< 2026-11-30T10:00:00+01:00
};

/// An inclusive span of days; a single day has first == last. "2026-Q4" and "this week" are spans
/// too.
struct DateSpan {
    std::optional<Date> first;
    std::optional<Date> last;
};

/// A word or expression of the grammar to the days it covers. Ambiguous (03/04/26) and unknown
/// words are an Error with both readings or the nearest words.
Expected<DateSpan> read_dates(std::string_view text, const Clock& clock);
/// One day: a span's first day ("2026-11" = 2026-11-01), eom and the like their own day.
Expected<Date> read_date(std::string_view text, const Clock& clock);
/// A point in time: ISO 8601 with or without a zone; a date alone is its local midnight.
Expected<Instant> read_instant(std::string_view text, const Clock& clock);
/// The order of the three numbers in 03/04/26 or 26-11-30.
enum class DateOrder : std::uint8_t { day_first, month_first, year_first };
/// A date as programs export it: ISO first, then D.M.Y, and D/M/Y, M/D/Y or with hyphens Y-M-D
/// where only one reading exists or `order` decides; also "12 Mar 2024". Nothing when it is not a
/// date, an Error when it has several readings.
Expected<std::optional<Date>> read_foreign_date(std::string_view text,
                                                std::optional<DateOrder> order);

/// The day, if it exists in the years 1 to 9999.
std::optional<Date> calendar_day(int year, int month, int day);

/// Strict ISO forms, as they are stored.
std::optional<Date> iso_date(std::string_view text);
std::optional<Instant> iso_instant(std::string_view text);

}  // namespace crm
