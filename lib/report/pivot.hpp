#pragma once

#include "report/result.hpp"

namespace crm::report {

/// The last group as columns, each with the figure of the report. Throws usage where there are
/// fewer than two groups.
Result pivot(const Result& in);

}  // namespace crm::report
