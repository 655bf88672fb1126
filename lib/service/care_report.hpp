#pragma once

#include "report/result.hpp"
#include "store/resolve.hpp"
#include "time/date.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace crm::service {

/// Which customers nobody has looked after, by phase of the purchase or fields of accounts:
/// accounts that are no suppliers, competitors, investors or press. `where`: a query. Throws usage.
report::Result care_report(store::Resolver& resolver, const Clock& clock, std::string by,
                           const std::string& where);
/// Its columns.
std::vector<report::Column> care_columns(std::string_view name);

}  // namespace crm::service
