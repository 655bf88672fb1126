#pragma once

#include "base/money.hpp"
#include "sales/record_query.hpp"
#include "store/rows.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <functional>
#include <string>

/// What a unit of a product costs a customer.
namespace crm::sales {

struct Price {
    Money unit;
    std::string source;  ///< where it was found: "price book Retail", "list price"
};

struct PriceRequest {
    const store::Record& product;
    std::int64_t quantity = one_unit;  ///< thousandths
    std::string currency;              ///< ISO 4217; prices in other currencies do not count
    std::string today;                 ///< an ISO date: price books are valid for some days
    const store::Record* price_book = nullptr;  ///< the chosen one, if any
    /// Whether the customer is in a segment.
    std::function<bool(const store::Record& segment)> in_segment;
};

/// The price of the chosen price book; else of a valid price book for a segment of the customer;
/// else of a valid one for all customers; else the list price. Within a price book the price with
/// the largest minimum quantity that is reached counts. Errors: ambiguous where two price books of
/// the same rank have different prices, refused where there is no price in the currency.
Expected<Price> find_price(store::Store& store, const PriceRequest& request);

/// What the prices of a record's line items depend on besides the record.
struct PricingContext {
    store::Store& store;
    std::string today;  ///< an ISO date
    RecordQuery find;   ///< for the queries of segments
};

/// Fills in the cost of a line item where it is empty and, unless `has_price`, the price for the
/// customer of the record. Returns the source of the price, empty where it was given. Throws as
/// find_price.
std::string complete_line(const PricingContext& context, const store::Record& record,
                          store::RowCells& row, bool has_price);
/// After the quantity of a line item has changed: its price is that of the new quantity, if it was
/// the one that the customer has for the old one. Another price was given by hand and stays.
/// Returns the source of the new price, empty where the price stays. Throws as find_price.
std::string follow_quantity(const PricingContext& context, const store::Record& record,
                            const store::RowCells& before, store::RowCells& after);
/// Adds a line item at the price for the customer. Throws as find_price.
store::RowCells& add_line(const PricingContext& context, store::Record& record,
                          const store::Record& product, std::int64_t quantity);

}  // namespace crm::sales
