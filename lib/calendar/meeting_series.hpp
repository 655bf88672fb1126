#pragma once

#include "store/record.hpp"
#include "time/business_hours.hpp"
#include "time/date.hpp"

#include <optional>
#include <string>
#include <vector>

/// When meetings take place: one record for a series, whose occurrences are computed.
namespace crm::calendar {

struct MeetingTime {
    Instant start, end;
    bool operator==(const MeetingTime&) const = default;
};

/// The times of a meeting that lie in a span, ascending: its own, or those of its recurrence
/// without exceptions and with additions. `changed` are occurrences that are records of their own.
/// A meeting without an end takes one hour; the last of whole days is included.
std::vector<MeetingTime> times_of(const store::Record& meeting, const Interval& within,
                                  const Clock& clock, const std::vector<std::string>& changed = {},
                                  std::size_t most = 10'000);
/// The first time at all; nothing where it has no start or its recurrence never happens.
std::optional<MeetingTime> first_time(const store::Record& meeting, const Clock& clock);

/// The clock in the zone of a meeting.
Clock meeting_clock(const store::Record& meeting, const Clock& clock);

}  // namespace crm::calendar
