#pragma once

#include "store/rows.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <string>

/// The entries of a price book: the price of a product from a quantity on.
namespace crm::sales {

/// The currency of a price book's prices: its own, else that of the database.
std::string price_book_currency(store::Store& store, const store::Record& book);

/// Sets the entry of a row's product and min_quantity to the row's price, or removes the entry
/// where the row has no price. Entries stay sorted by product and quantity. Returns what was done
/// as text: Pump from 10 on: 90.00 EUR. Throws refused for a price in another currency, not_found
/// where there is no entry to remove.
std::string set_price(store::Store& store, store::Record& book, const store::RowCells& row);

}  // namespace crm::sales
