#pragma once

#include "store/rule.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What happens to a ticket: rows that the rules keep, in the order of time. They are what the
/// clock counts by (service/clock.hpp).
namespace crm::service {

/// A row of ticket.events.
struct Event {
    Instant at;
    std::string what;       ///< a word of the set: Created, Assigned, Pending …
    std::string detail{};   ///< Normal -> Urgent; what a Pending ticket waits for; the minutes that
                            ///< an Answer took; unknown_time
    std::int64_t user = 0;  ///< who did it; 0 where no user is known

    bool operator==(const Event&) const = default;
};

/// The detail of a closing whose time nobody knows: the clocks that it ended are not counted.
inline constexpr std::string_view unknown_time = "time not known";

std::vector<Event> events_of(const store::Record& ticket);

void put_events(store::Record& ticket, std::span<const Event> events);
/// In its place by time; the creation stays the first.
void insert_event(std::vector<Event>& events, Event event);

/// Adds an event, now. Not before the last one: the events of a ticket follow each other.
void add_event(store::RuleContext& context, store::Record& ticket, std::string_view what,
               std::string detail = {});
/// The same for a command, which has no context of rules; `user` as OperationInfo has it.
void add_event(store::Record& ticket, Instant at, std::string_view what, std::string detail,
               const std::string& user);

/// The same in its place by time, which may be before others.
void add_event_at(store::Record& ticket, Instant at, std::string_view what, std::string detail,
                  const std::string& user);

/// Whether a ticket of that status is closed: Closed, Rejected or Duplicate.
bool is_closed(std::string_view status);
/// The status to which an event brings a ticket; empty for events that leave it.
std::string_view status_of(std::string_view what);
/// The status to which the events of a ticket have brought it.
std::string status_after(std::span<const Event> events);

}  // namespace crm::service
