#pragma once

#include "time/business_hours.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace crm::service {

/// Real time inside the working hours of a calendar, counted. What was counted once is kept, so
/// that thousands of tickets cost little more than one.
class WorkingTime {
public:
    explicit WorkingTime(BusinessHours hours) : hours_(std::move(hours)) {}

    /// Working seconds from `from` to before `to`; 0 where `to` is not later. Additive: a to b and
    /// b to c are a to c.
    std::int64_t used(Instant from, Instant to) const;
    /// The first instant at which `used(from, it)` is `seconds`; `from` itself for none or less.
    /// Nothing where the calendar has not that much working time in the next forty years.
    std::optional<Instant> due(Instant from, std::int64_t seconds) const;

    const BusinessHours& hours() const { return hours_; }

private:
    Date day_of(Instant at) const { return Clock{at, hours_.zone()}.today(); }
    void begin_at(Date day) const;
    void extend_to(Date day) const;
    void cover(Instant from, Instant to) const;
    void cover_days(Instant from, Instant to) const;
    std::int64_t counted(Instant at) const;

    BusinessHours hours_;
    mutable std::vector<Interval> spans_;        ///< ascending and disjoint
    mutable std::vector<std::int64_t> counted_;  ///< seconds in the spans before each of them
    mutable std::optional<Date> first_;          ///< the days that they are of
    mutable Date next_;
    mutable Interval known_;  ///< instants whose day, the one before and the one after are covered
};

}  // namespace crm::service
