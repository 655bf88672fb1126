#pragma once

#include "store/record.hpp"
#include "time/business_hours.hpp"
#include "time/date.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// When meetings take place: one record for a series, whose occurrences are computed.
namespace crm::calendar {

struct MeetingTime {
    Instant start, end;
    bool operator==(const MeetingTime&) const = default;
};

/// Half open: touching ends do not overlap, and what takes no time overlaps with nothing.
inline bool overlap(const MeetingTime& a, const MeetingTime& b) {
    return std::max(a.start, b.start) < std::min(a.end, b.end);
}

/// The times of a meeting that lie in a span, ascending: its own, or those of its recurrence
/// without exceptions and with additions. `changed` are occurrences that are records of their own.
/// A meeting without an end takes one hour; the last of whole days is included.
std::vector<MeetingTime> times_of(const store::Record& meeting, const Interval& within,
                                  const Clock& clock, std::span<const Instant> changed = {},
                                  std::size_t most = 10'000);
/// The first time at all; nothing where it has no start or its recurrence never happens.
std::optional<MeetingTime> first_time(const store::Record& meeting, const Clock& clock);

/// The clock in the zone of a meeting.
Clock meeting_clock(const store::Record& meeting, const Clock& clock);

/// Moves times by as much as a start moves, by the clock on the wall.
class Shift {
public:
    Shift(Instant from, Instant to, Clock local);
    Instant of(Instant at) const;

private:
    Clock local_;
    std::int64_t by_;
};

/// How far the start of a series moves, in the zone that it had; nothing where it does not.
std::optional<Shift> shift_of_series(const store::Record& before, const store::Record& after,
                                     const Clock& clock);

}  // namespace crm::calendar
