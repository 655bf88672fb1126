#pragma once

#include "store/store.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What a seller should know before a quote is sent: earlier prices, the success of discounts, and
/// the margin.
namespace crm::sales {

struct Advice {
    std::size_t line = 0;  ///< number of the line item, from 1
    std::string product, about;
    std::optional<std::int64_t> cases;              ///< how many orders or quotes were counted
    std::optional<std::int64_t> low, median, high;  ///< net prices of a unit, minor units
    std::optional<std::int64_t> offered;            ///< net price or margin of a unit
    std::string currency;
    std::optional<double> win_rate;  ///< share of the decided quotes that were accepted, 0 to 1
    std::string comment;
};

/// For each line item: net prices of a unit in orders that were not cancelled (of this customer,
/// then of others, in the same industry where the customer has one), the share of accepted quotes
/// by discount, and the margin of a unit. Of an even number of prices the median is the lower one
/// of the two in the middle: a price that was paid. Throws refused for a quote without line items.
std::vector<Advice> advise(store::Store& store, const store::Record& quote);

}  // namespace crm::sales
