#pragma once

#include "report/compile.hpp"
#include "report/result.hpp"
#include "sql/connection.hpp"

namespace crm::report {

/// The rows of a statement over views, typed by the columns that the report declares and, where it
/// declares none, by their values. Throws refused where a user's report has too many.
Result read_rows(sql::Statement& rows, const Statement& statement);

}  // namespace crm::report
