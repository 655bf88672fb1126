#pragma once

#include "store/record.hpp"
#include "store/rule.hpp"

/// What customers say of a ticket. Rules of feedback (rules.hpp).
namespace crm::service {

/// The score of a Satisfaction is 1 to 5.
void check_score(store::RuleContext& context, const store::Record* before,
                 const store::Record& feedback);
/// A Satisfaction about a ticket is its csat.
void rate_ticket(store::RuleContext& context, const store::Record* before,
                 const store::Record& feedback);

}  // namespace crm::service
