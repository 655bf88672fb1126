#pragma once

#include "report/result.hpp"

#include <span>
#include <string>
#include <string_view>

namespace crm::report {

/// Adds the column `level`: how many groups of a row are fixed, at first all of them.
void add_level(Result& out);
/// Adds the rows of a report with fewer groups, of which the first `level` are fixed. Columns are
/// matched by name.
void add_totals(Result& out, const Result& fewer, std::size_t level);

/// The same with fewer groups, those of these names: for each of their values and each currency the
/// sums of the columns named, which are exact. Other figures are empty: a mean or a share cannot be
/// added.
Result summed(const Result& in, std::span<const std::string> groups,
              std::span<const std::string> columns);

/// Sorts the rows by a column, "-won" downward, empty ones last; the chart draws it from now on.
/// Throws usage with the nearest names where there is no such column.
void sort_rows(Result& out, std::string_view column);

/// Keeps the first rows; a note says how many there are.
void limit_rows(Result& out, std::size_t most);

}  // namespace crm::report
