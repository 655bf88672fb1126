#pragma once

#include "store/rows.hpp"
#include "store/store.hpp"

#include <string>
#include <vector>

namespace crm::sales {

/// A warning for every open quote of another owner that offers the same customer the product of a
/// line item at another net price. Empty for deals and orders, and for quotes without a customer.
std::vector<std::string> competing_offers(store::Store& store, const store::Record& record,
                                          const store::RowCells& row);

}  // namespace crm::sales
