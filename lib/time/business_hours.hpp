#pragma once

#include "base/error.hpp"
#include "time/date.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Working hours and holidays.
namespace crm {

/// From the first to before the last.
struct Interval {
    Instant from, to;
    auto operator<=>(const Interval&) const = default;
};

/// Minutes since midnight, half open.
struct Minutes {
    int from = 0, to = 0;
    auto operator<=>(const Minutes&) const = default;
};

/// When somebody works: hours of the weekdays, less the holidays, plus extra working days.
class BusinessHours {
public:
    /// Monday to Friday from 9 to 17 o'clock.
    static BusinessHours usual(std::string zone);

    explicit BusinessHours(std::string zone) : zone_(std::move(zone)) {}

    /// Adds `mon-fri 08:00-12:00 13:00-17:00`; `sat 22:00-02:00` runs into Sunday, 24:00 ends a
    /// day. Errors: usage for what cannot be read, refused for intervals that are empty, backwards
    /// or overlap. Returns the line in its one form.
    Expected<std::string> add_hours(std::string_view line);
    /// Adds a holiday: 2026-12-25; --12-25 every year; 2026-12-24 12:00-24:00 part of a day;
    /// +2026-10-10 08:00-12:00 open all the same. `note` is its name. The same errors.
    Expected<std::string> add_holiday(std::string_view day, std::string_view note = {});

    /// The working time of a day in the zone, ascending and disjoint. What runs past midnight is
    /// in two days. A time that summer time skips is moved forward by the gap, of a repeated one
    /// the first is meant.
    std::vector<Interval> intervals(Date day) const;
    /// The name of the holiday; empty for other days.
    std::string_view note(Date day) const;
    /// Whether there is a working minute in the 366 days from `day`.
    bool opens_after(Date day) const;

    const std::string& zone() const { return zone_; }
    void set_zone(std::string zone) { zone_ = std::move(zone); }

private:
    struct Off {
        std::vector<Minutes> closed;
        std::string note;
    };
    std::vector<Minutes> minutes(Date day) const;

    std::string zone_;
    std::vector<Minutes> week_[7];  ///< Monday first
    std::map<Date, Off> days_;
    std::map<std::string, Off, std::less<>> yearly_;  ///< by 12-25
    std::map<Date, Off> open_;                        ///< extra working time
};

}  // namespace crm
