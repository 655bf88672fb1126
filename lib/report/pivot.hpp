#pragma once

#include "report/result.hpp"

#include <string_view>

namespace crm::report {

/// The last group as columns, each with a figure: the column of that name or, without a name, the
/// first amount. Throws usage where there are fewer than two groups, or no such figure.
Result pivot(const Result& in, std::string_view figure = {});

}  // namespace crm::report
