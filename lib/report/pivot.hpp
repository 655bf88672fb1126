#pragma once

#include "report/result.hpp"

#include <string_view>

namespace crm::report {

/// The last group as columns, each with a figure: the column of that name or, without a name, the
/// first amount. Throws usage where there are fewer than two groups, or no such figure.
///
/// With `by_row`, the report grouped by the other groups alone, a last column `total` has its
/// figure.
Result pivot(const Result& in, std::string_view figure = {}, const Result* by_row = nullptr);

/// Adds the total of each column to what `pivot` made, from the report grouped by the last group
/// alone and not grouped at all: one row for each currency.
void add_pivot_totals(Result& out, std::string_view figure, const Result& by_column,
                      const Result& all);

}  // namespace crm::report
