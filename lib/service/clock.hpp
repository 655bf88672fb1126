#pragma once

#include "service/events.hpp"
#include "service/working_time.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The clocks of a ticket: how much working time was used of each target, and when it is due. A
/// function of calendar, targets, events and the present instant; nothing else is read.
namespace crm::service {

/// Working seconds; nothing where there is no such target.
struct Targets {
    std::optional<std::int64_t> response, next_response, resolution;
};

struct Terms {
    Targets targets;
    /// Statuses in which the clock of the resolution stands still.
    std::set<std::string, std::less<>> pauses{"Pending"};
    int warn = 25;  ///< per cent of a target that are left when a ticket is said to be breaching
};

enum class ClockName { response, next_response, resolution };
std::string_view name_of(ClockName name);

enum class ClockState {
    running,
    paused,  ///< stands still, and was not missed before
    kept,    ///< ended in time
    missed,  ///< the due time passed without an end, or before it
};
std::string_view name_of(ClockState state);

/// Time in which a clock runs or stands still.
struct Stretch {
    Instant from;
    std::optional<Instant> to;  ///< nothing: until now
    bool runs = true;
    std::string why{};  ///< of one that stands still: the status, and what it waits for
};

/// What the events of a ticket say of one clock.
struct TicketClock {
    ClockName name = ClockName::response;
    std::int64_t target = 0;
    std::vector<Stretch> stretches;
    std::optional<Instant> ended;
    std::optional<Instant> missed_before{};  ///< when an earlier cycle was missed: that stays
    bool paused = false;
    std::optional<Instant> due;      ///< nothing while paused, unless it was reached before
    std::optional<Instant> warn_at;  ///< while it runs
    std::int64_t used_at_end = 0;    ///< until it ended or paused; of one that runs until its last
                                     ///< stretch began

    /// When the target is missed if nothing happens; nothing where it was kept.
    std::optional<Instant> breach_at() const;
    ClockState state(Instant now) const;
    std::int64_t used(const WorkingTime& time, Instant now) const;
};

/// The clocks for which there is a target and that have begun. Of the next response, the last
/// cycle.
std::vector<TicketClock> clocks_of(const WorkingTime& time, const Terms& terms,
                                   std::span<const Event> events);

/// The first instant at which a clock has used so many working seconds; nothing while it is paused
/// or has ended before.
std::optional<Instant> reached_at(const WorkingTime& time, const TicketClock& clock,
                                  std::int64_t seconds);

/// What a ticket keeps of its clocks.
struct DueTimes {
    std::optional<Instant> response, next_response, resolution, warn_at, breach_at;
    std::optional<std::int64_t> left;  ///< working seconds for the resolution, while it is paused

    bool operator==(const DueTimes&) const = default;
};
DueTimes due_times(std::span<const TicketClock> clocks);

}  // namespace crm::service
