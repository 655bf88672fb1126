#pragma once

#include "store/resolve.hpp"
#include "store/rule.hpp"

#include <string>
#include <vector>

/// Programmes in which customers and colleagues share knowledge, and what became of feedback.
namespace crm::knowledge {

/// A row of programme.contributions.
struct Contribution {
    std::string date;   ///< a day
    store::Found who;   ///< a contact, an account, a lead or a user
    store::Found what;  ///< an article, a feedback or an event
    std::string note{};
};

std::vector<Contribution> contributions_of(const store::Record& programme);

/// Adds one. The same thing of the same person counts once: false where it is there already.
bool contribute(store::Record& programme, const Contribution& contribution);

/// Rules of programmes: who contributes is a person or a company, and what they contribute is an
/// article, a feedback or an event. Throws usage.
void check_contributions(store::RuleContext& context, const store::Record* before,
                         const store::Record& programme);
/// Feedback that was adopted or declined says what came of it. Throws refused.
void check_outcome(store::RuleContext& context, const store::Record* before,
                   const store::Record& feedback);

}  // namespace crm::knowledge
