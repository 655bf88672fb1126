#pragma once

#include "base/error.hpp"
#include "time/date.hpp"
#include "time/zone.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// How something repeats: RFC 5545, 3.3.10, or a time after it was last done.
namespace crm {

enum class Frequency : std::uint8_t { secondly, minutely, hourly, daily, weekly, monthly, yearly };

/// A weekday of BYDAY; nth 0 is every one, -1 the last of the month or year.
struct NthWeekday {
    int nth = 0;
    int weekday = 1;  ///< 1 = Monday … 7 = Sunday
    auto operator<=>(const NthWeekday&) const = default;
};

struct Recurrence {
    std::string after;  ///< "1w", "3bd": so long after it was done; the rest is then unused
    Frequency frequency = Frequency::daily;
    std::int64_t interval = 1;
    std::optional<std::int64_t> count;
    std::optional<std::int64_t> until;  ///< seconds, inclusive: of the wall clock, or UTC
    bool until_utc = false;
    int week_start = 1;
    std::vector<int> seconds, minutes, hours;               ///< ascending, each once
    std::vector<int> month_days, year_days, weeks, months;  ///< the same; negative from the end
    std::vector<int> positions;                             ///< BYSETPOS
    std::vector<NthWeekday> weekdays;

    bool has_end() const { return count.has_value() || until.has_value(); }
};

/// A stored recurrence: parts of RFC 5545, or "after 1w". Errors: usage, with the place.
Expected<Recurrence> read_recurrence(std::string_view stored);

/// What a person types ("every mon", "monthly until 2027-06-30", "after 3bd", an RRULE), as it is
/// stored. `clock` reads the day of an end; without it only ISO days are known. Errors: usage, with
/// the place.
Expected<std::string> recurrence_text(std::string_view typed, const Clock* clock);

/// A stored recurrence in words, "every Mon"; one that has no short words as it is stored.
std::string recurrence_words(std::string_view stored);

/// The instances of a rule one after another, ascending, in seconds of the wall clock since a local
/// 1970-01-01. Days that do not exist are skipped. Nothing after the year 9999.
class Occurrences {
public:
    /// `start` is the first candidate (DTSTART); for whole days the times of the rule do not count.
    /// `zone` is that of the wall clock, for an end in UTC; null: UTC.
    Occurrences(Recurrence rule, std::int64_t start, bool whole_days, const Zone* zone = nullptr);

    /// The next instance; nothing after the last, or where the rule never happens.
    std::optional<std::int64_t> next();
    /// Leaves out what is before `wall` without looking at each of them, where there is no COUNT.
    void skip_to(std::int64_t wall);

private:
    bool can_happen() const;
    bool has_time_of_day(std::int64_t step) const;
    bool next_period();
    bool next_short_period();
    void fill_year(std::int64_t year);
    void fill_month(std::int64_t month);
    void fill_week(std::int64_t first);
    void add_weeks(int year);
    void add_nth_days(std::int32_t first, std::int32_t last);
    bool matches(std::int32_t day, bool with_weekday = true) const;
    std::optional<std::int32_t> next_matching(std::int32_t day) const;
    std::int64_t size() const;
    std::int64_t at(std::int64_t position) const;
    void choose();

    Recurrence rule_;
    std::int64_t start_;
    std::int64_t not_before_;
    std::int64_t last_;  ///< nothing is later
    bool whole_days_;
    bool possible_ = true;
    std::int64_t base_ = 0;    ///< the period of the start: a year, a month, a day or seconds
    std::int64_t period_ = 0;  ///< the next one that is looked at, counted in intervals
    std::int64_t given_ = 0;
    // Of the period under way: its days and times, and which of their combinations are instances.
    std::vector<std::int32_t> days_;
    std::vector<int> hours_, minutes_, seconds_;
    std::vector<std::int64_t> chosen_;
    std::int64_t position_ = 0, end_ = 0;
    std::optional<std::int64_t> waiting_;  ///< what comes next, where it is known already
};

}  // namespace crm
