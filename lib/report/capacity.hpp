#pragma once

#include "report/result.hpp"
#include "store/resolve.hpp"

/// How full and how fast the database is.
namespace crm::report {

/// By noun the records, their bytes with indexes and words, and how many were added a month in the
/// last 365 days. History and search have rows of their own. Notes say the size of the file, the
/// room on its disk, when that is full at this rate, and how long five fixed probes took.
Result capacity(store::Resolver& resolver, const Clock& clock);
/// Its columns.
std::vector<Column> capacity_columns();

}  // namespace crm::report
