#pragma once

#include "report/report.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Every report that there is: the files of lib/report/sql, and one of commissions for each plan.
namespace crm::report {

/// In the order in which they are listed. Without a plan there is one report of commissions, which
/// is listed and cannot be run.
std::vector<Report> catalogue(std::span<const CommissionPlan> plans = {});

/// The report of that name; of commissions the plan that `method` names, or the first. Throws
/// usage with the nearest names, `others` among them, where there is none, config where there is
/// no plan.
const Report& find_report(std::span<const Report> reports, std::string_view name,
                          std::string_view method, std::span<const std::string> others = {});

}  // namespace crm::report
