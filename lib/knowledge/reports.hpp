#pragma once

#include "report/result.hpp"
#include "store/resolve.hpp"
#include "time/date.hpp"

#include <string_view>
#include <vector>

namespace crm::knowledge {

/// Products, accounts or keywords of articles of which one user has 80 % and more of the score
/// (knowledge/dependence.hpp). `by`: product, which an empty text is, too, account or topic. Throws
/// usage for anything else.
report::Result dependence_report(store::Store& store, const Clock& clock, std::string_view by);
/// Its columns.
std::vector<report::Column> dependence_columns(std::string_view by);

}  // namespace crm::knowledge
