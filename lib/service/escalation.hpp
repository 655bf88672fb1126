#pragma once

#include "service/clock.hpp"
#include "store/resolve.hpp"
#include "store/writer.hpp"

#include <cstdint>
#include <functional>
#include <optional>
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

/// One [[escalate]] table of the configuration.
struct EscalationRule {
    std::string name;
    ClockName on = ClockName::resolution;
    EscalationPoint at;
    bool always = false;                       ///< outside of working hours, too
    std::string query;                         ///< the open tickets that it is for; empty: all
    std::vector<std::string> actions;          ///< FIELD=VALUE, mail=…, task=…
    std::string query_origin, actions_origin;  ///< file:line, for errors
};

/// What is needed to act on tickets.
struct EscalationContext {
    store::Writer& writer;
    store::Resolver& resolver;
    meta::Reading reading;                ///< how the values of the actions are read
    std::function<std::string()> sender;  ///< the address that mail comes from; may throw
};

/// What was done with a ticket.
struct Escalated {
    store::Record ticket;
    std::string what;  ///< "late: priority Normal -> Urgent, task ts3"
};

/// Does what the rules say, in the order of the tickets, then of the rules. A rule that has acted
/// on a ticket for a clock and due time does not act again; outside of working hours it waits.
/// Throws config where a query is wrong; errors of an action name the line and the ticket.
std::vector<Escalated> escalate(const EscalationContext& context,
                                const std::vector<EscalationRule>& rules);

/// Tickets whose day has come until which they are Pending become Assigned, without an owner New.
std::vector<Escalated> resume_pending(store::Writer& writer);

}  // namespace crm::service
