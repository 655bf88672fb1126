#pragma once

#include "store/store.hpp"
#include "time/date.hpp"

#include <cstdint>
#include <string>

namespace crm::knowledge {

/// All that helps to sell a product, as Markdown: prices, stock and lead time, published articles
/// by kind, competitors of its deals with how these ended, and open ideas of customers.
std::string product_pack(store::Store& store, const Clock& clock, std::int64_t product);

}  // namespace crm::knowledge
