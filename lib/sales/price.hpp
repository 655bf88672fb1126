#pragma once

#include "base/money.hpp"
#include "store/store.hpp"

#include <functional>
#include <string>

/// What a unit of a product costs a customer.
namespace crm::sales {

struct Price {
    Money unit;
    std::string from;  ///< where it was found: "price book Retail", "list price"
};

struct Asked {
    const store::Record& product;
    std::int64_t quantity = one_unit;     ///< thousandths
    std::string currency;                 ///< ISO 4217; a price in another one is no answer
    std::string today;                    ///< a day: price books hold from one to another
    const store::Record* book = nullptr;  ///< the price book that was chosen
    std::function<bool(const store::Record& segment)>
        belongs;  ///< whether the customer is in a segment
};

/// The chosen price book's; else that of the valid one for the customer's segment; else that of a
/// valid one for everybody; else the list price. Of a book's prices the one for the largest
/// quantity that is reached counts. Errors: ambiguous where two books of the same rank tell
/// different prices, refused where nothing tells one in the currency.
Expected<Price> price_of(store::Store& store, const Asked& asked);

}  // namespace crm::sales
