#pragma once

#include "base/money.hpp"
#include "store/resolve.hpp"
#include "time/date.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace crm::value {

/// What serving a customer cost on a day.
struct ServiceCost {
    bool is_contact = false;  ///< else an account
    std::int64_t customer = 0;
    Date day;
    std::int64_t amount = 0;  ///< minor units
    std::string currency;
    std::optional<std::int64_t> converted;  ///< in the currency that is asked for
};

/// Expenses about accounts and contacts, the time of visits at what an hour costs (nothing without
/// `hour`), and parts used at the cost of their products. `in`: empty for none.
std::vector<ServiceCost> service_costs(store::Store& store, const Clock& clock,
                                       const std::optional<Money>& hour, const std::string& in);

}  // namespace crm::value
