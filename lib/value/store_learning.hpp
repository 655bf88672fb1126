#pragma once

#include "store/resolve.hpp"
#include "time/date.hpp"
#include "value/learning.hpp"

#include <string>
#include <vector>

namespace crm::value {

/// The leads that were converted or given up, or the deals that were won or lost, by the day of
/// their creation or closing, with what was known of them. `noun`: lead or deal; `where`: a query.
/// Throws usage where that is wrong and for a field of --features or --keep that is not there.
LearningTable learning_table_of_store(store::Resolver& resolver, const Clock& clock,
                                      std::string_view noun, const std::string& where,
                                      const LearningRequest& request);

/// The same, and after them those of `asked` that are open.
struct OpenRecords {
    LearningTable table;
    std::vector<std::int64_t> ids;  ///< of the rows without an outcome
};
OpenRecords learning_table_with(store::Resolver& resolver, const Clock& clock,
                                std::string_view noun, const std::vector<std::int64_t>& asked,
                                const LearningRequest& request);

}  // namespace crm::value
