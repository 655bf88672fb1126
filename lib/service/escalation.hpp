#pragma once

#include "service/service_level.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// What happens by itself when a ticket comes near its due time, or is late.
namespace crm::service {

/// When a rule acts, in working time: "50%" of the target, "breach", "breach-1h", "breach+2h".
struct EscalationPoint {
    std::optional<int> percent;  ///< of the target; else:
    std::int64_t offset = 0;     ///< seconds after the target is reached; negative before

    /// The working seconds at which it is reached.
    std::int64_t seconds(std::int64_t target) const;
};
/// Errors: usage.
Expected<EscalationPoint> read_escalation_point(std::string_view text);

struct EscalationRule {
    std::string name;
    ClockName on = ClockName::resolution;
    EscalationPoint at;
    bool always = false;             ///< outside of working hours, too
    std::set<std::int64_t> tickets;  ///< that its query finds
};

/// A rule that is to act on a ticket.
struct DueEscalation {
    std::size_t rule = 0;  ///< its index
    std::int64_t ticket = 0;
};

/// In the order of the tickets, then of the rules. A rule that has acted on a ticket for a clock
/// and due time does not act again; outside of working hours it waits.
std::vector<DueEscalation> due_escalations(store::Store& store, ServiceLevels& levels,
                                           const std::vector<EscalationRule>& rules, Instant now);

/// Adds the event that the rule has acted on a ticket: by its clock as the ticket is now, with what
/// the rule has changed.
void record_escalation(store::Record& ticket, ServiceLevels& levels, const EscalationRule& rule,
                       Instant now, const std::string& user);

/// Tickets whose day has come until which they are Pending.
std::vector<std::int64_t> tickets_to_resume(store::Store& store, Date today);
/// Assigned where it has an owner, else New.
void resume(store::Record& ticket);

}  // namespace crm::service
