#pragma once

#include "store/writer.hpp"

#include <optional>
#include <string>

/// A quote that the customer accepts becomes an order.
namespace crm::sales {

/// Throws refused where the quote is closed, past its validity or without line items, or where an
/// order that is not cancelled came from it before. `today` is an ISO date.
void require_acceptable(store::Store& store, const store::Record& quote, const std::string& today);

/// A new, confirmed order with the customer, the owner and the line items of the quote.
store::Record order_from_quote(const store::Record& quote, const std::string& today);

struct Acceptance {
    store::Record quote;                ///< as it is now
    std::optional<store::Record> deal;  ///< the deal that was won with it
    bool deal_changed = false;
};

/// Adds the order, closes the quote as accepted and, where `win`, wins its deal: the amount of the
/// deal becomes the net total of the quote. Throws refused where there is no deal to win.
Acceptance accept_quote(store::Writer& writer, const store::Record& quote, store::Record& order,
                        bool win);

}  // namespace crm::sales
