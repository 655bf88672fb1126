#pragma once

#include "store/resolve.hpp"
#include "time/date.hpp"
#include "value/customer_scores.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace crm::value {

/// The scores of all accounts or all contacts who have bought up to today, in one currency.
CustomerScores customer_scores_of_store(store::Resolver& resolver, const Clock& clock,
                                        const meta::Entity& noun, const std::string& currency);

/// Of the records of a noun (`among`: of these only) those whose stored scores are others,
/// ascending; they are read at once, so that a run that changes nothing is quick.
std::vector<std::int64_t> records_to_score(store::Resolver& resolver, const Clock& clock,
                                           const meta::Entity& noun, const CustomerScores& scores,
                                           const std::vector<std::int64_t>* among);

}  // namespace crm::value
