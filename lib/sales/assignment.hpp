#pragma once

#include "people/assignment.hpp"

#include <optional>
#include <vector>

/// Which user gets a lead.
namespace crm::sales {

/// Finds the users that leads are assigned to. Each lead is to be written before the next one is
/// asked for, so that the numbers of open leads are right.
class LeadAssigner {
public:
    /// Throws config where a rule has an unknown user, no user or a wrong query.
    LeadAssigner(store::Resolver& resolver, const Clock& clock,
                 const std::vector<people::AssignmentRule>& rules);

    /// Of the first rule that is for the lead and has a user for it; nothing where there is none.
    std::optional<people::Assignee> assignee(const store::Record& lead);

private:
    std::optional<people::Assignee> by_rule(const people::ReadyRule& ready,
                                            const store::Record& lead);
    std::optional<people::Assignee> by_territory(const std::string& rule,
                                                 const store::Record& lead);
    std::optional<store::Record> territory_of(const store::Record& lead) const;
    std::vector<people::Place> territory_places(const store::Record& territory);

    store::Store& store_;
    people::UserChoice choice_;
    std::vector<people::ReadyRule> rules_;
};

/// Makes the assignee the owner of a lead. A new lead becomes Assigned.
void assign_lead(store::Record& lead, const people::Assignee& assignee);

}  // namespace crm::sales
