#pragma once

#include "people/assignment.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// Which user gets a ticket.
namespace crm::service {

struct TicketAssignment {
    std::int64_t queue = 0;  ///< that it moves to; 0: it stays where it is
    std::string queue_name{};
    std::optional<people::Assignee> to;  ///< nothing: nobody is there, or the queue chooses nobody
    std::string reason;                  ///< why to them, or why to nobody
};

/// Who has worked on what a ticket is about, the best first.
using ExpertUsers = std::function<std::vector<std::int64_t>(const store::Record& ticket)>;

/// Finds the queues and users that tickets are assigned to. Each ticket is to be written before the
/// next one is asked for, so that the numbers of open tickets are right.
class TicketAssigner {
public:
    /// Throws config where a rule has an unknown user or queue, no user or a wrong query, and where
    /// neither a rule nor a queue assigns anything.
    TicketAssigner(store::Resolver& resolver, const Clock& clock,
                   const std::vector<people::AssignmentRule>& rules, ExpertUsers experts);

    /// Of the first rule that is for the ticket and has a queue or a user for it, else by its
    /// queue.
    TicketAssignment assignment(const store::Record& ticket);

private:
    struct Rule : people::ReadyRule {
        std::int64_t queue = 0;
    };
    struct Queue {
        std::string name;
        people::AssignBy by;
        std::vector<people::Place> places;
    };

    std::optional<TicketAssignment> by_rule(const Rule& rule, const store::Record& ticket);
    TicketAssignment by_queue(const store::Record& ticket, std::int64_t id);
    std::optional<people::Assignee> choose(const std::string& rule, people::AssignBy by,
                                           const std::vector<people::Place>& places,
                                           const store::Record& ticket);
    std::optional<people::Assignee> by_topic(const std::string& rule,
                                             const std::vector<people::Place>& places,
                                             const store::Record& ticket);
    std::optional<people::Assignee> by_skill(const std::string& rule,
                                             const std::vector<people::Place>& places,
                                             const store::Record& ticket);
    const Queue* queue(std::int64_t id);

    store::Store& store_;
    people::UserChoice choice_;
    ExpertUsers experts_;
    std::vector<Rule> rules_;
    std::map<std::int64_t, std::optional<Queue>> queues_;  ///< nothing: it assigns nobody
};

/// Puts the queue, the owner and the reason into a ticket.
void assign_ticket(store::Record& ticket, const TicketAssignment& assignment);

}  // namespace crm::service
