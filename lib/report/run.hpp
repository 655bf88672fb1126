#pragma once

#include "report/compile.hpp"
#include "report/result.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace crm::report {

/// The rows of a report. Throws refused where an amount has no rate to the currency that is asked
/// for.
Result run(store::Store& store, const Statement& statement);

/// How many records a report is about, whether they are in one group, several or none.
std::int64_t count_records(store::Store& store, const Statement& statement);

/// The ids of the records behind a row: those whose first group is `value`, "none" for the empty
/// one. A group of records is named by its text or by a reference. Throws usage where the group is
/// a set that does not have the value, ambiguous where two records of the report have that name,
/// not_found where no record has it.
std::vector<std::int64_t> drill(store::Resolver& resolver, const Statement& statement,
                                std::string_view value);

}  // namespace crm::report
