#pragma once

#include "report/compile.hpp"
#include "report/result.hpp"

#include <string_view>
#include <vector>

namespace crm::report {

/// The rows of a report. Throws refused where an amount has no rate to the currency that is asked
/// for.
Result run(store::Store& store, const Statement& statement);

/// The ids of the records in a row: those whose first group is `value`, "none" for the empty
/// one. Throws usage where the group is a set that does not have the value.
std::vector<std::int64_t> drill(store::Store& store, const Statement& statement,
                                std::string_view value);

}  // namespace crm::report
