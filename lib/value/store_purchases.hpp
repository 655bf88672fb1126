#pragma once

#include "base/money.hpp"
#include "store/resolve.hpp"
#include "value/purchases.hpp"

#include <optional>
#include <string>
#include <vector>

namespace crm::value {

/// What an analysis of the orders of the database is about.
struct OrderRequest {
    PurchaseFilter filter;
    std::string where;         ///< a query of orders
    std::string currency;      ///< --in: everything is converted by the rate of the order's day
    bool of_contacts = false;  ///< the customer is the contact; without one the account
    bool margin = false;       ///< the margin counts instead of the total
    /// With the margin: what serving the customer cost is taken from it (store_costs.hpp).
    bool less_costs = false;
    std::optional<Money> service_hour;  ///< what an hour of a visit costs
    bool count_lines = false;           ///< a purchase for each line item: the first has the amount
    /// A customer with an order whose currency has no rate is left out and named, instead of
    /// refusing the analysis.
    bool leave_out_without_rate = false;
};

/// The orders that are neither Draft nor Cancelled, have a customer, a day and an amount of at
/// least 0. Throws usage for a wrong query, refused where a rate is missing.
PurchaseData purchases_of_store(store::Resolver& resolver, const Clock& clock,
                                const OrderRequest& request);

/// The SQL that selects them, for the stock shell of the engine.
std::string purchases_sql(store::Resolver& resolver, const Clock& clock,
                          const OrderRequest& request);

}  // namespace crm::value
