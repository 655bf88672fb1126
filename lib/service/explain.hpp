#pragma once

#include "service/clock.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// What a clock counted and what it left out, with the reasons: so that anybody can check it.
namespace crm::service {

/// Working time for a person: 5h00, -0h30.
std::string hours_text(std::int64_t seconds);

/// A line of an explanation.
struct ClockLine {
    Instant from, to;
    std::int64_t seconds = 0;  ///< that count
    std::string what;          ///< worked, paused, closed
    std::string why;           ///< a holiday, a status; empty for working time
    bool whole_days = false;   ///< days without working time: `to` is the end of the last one
};

/// From the beginning of the clock to `until`, without gaps in the days: working time, pauses and
/// days on which nobody works. Hours between working hours of one day have no line.
std::vector<ClockLine> explain(const WorkingTime& time, const TicketClock& clock, Instant until);

}  // namespace crm::service
