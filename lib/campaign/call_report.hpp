#pragma once

#include "report/result.hpp"
#include "store/resolve.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace crm::campaign {

/// What is asked of the report of calls; an empty text is not asked for.
struct CallReportRequest {
    std::string by;  ///< user, list, hour, and fields of calls
    std::string where;
    std::string period;
};

/// Calls with a result, how many of them reached somebody and sold, and the time that they took.
/// Throws usage where the request is not valid.
report::Result call_report(store::Resolver& resolver, const Clock& clock,
                           const CallReportRequest& request);
std::vector<report::Column> columns_of_call_report(std::string_view name);
/// The statement that finds the calls.
std::string sql_of_call_report(store::Resolver& resolver, const Clock& clock,
                               const CallReportRequest& request);

}  // namespace crm::campaign
