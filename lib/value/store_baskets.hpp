#pragma once

#include "value/baskets.hpp"
#include "value/store_purchases.hpp"

namespace crm::value {

/// The products of the line items of each order. `customer`: a reference to an account whose
/// products are listed apart; empty for none. Throws not_found where there is no such account.
Baskets baskets_of_store(store::Resolver& resolver, const Clock& clock, const OrderRequest& request,
                         const std::string& customer);
/// What `baskets_of_store` reads, as a script for the shell of SQLite.
std::string baskets_sql(store::Resolver& resolver, const Clock& clock, const OrderRequest& request);

}  // namespace crm::value
