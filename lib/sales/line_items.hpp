#pragma once

#include "base/money.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What is sold, line by line, as deals, quotes and orders have it.
namespace crm::sales {

struct SoldLine {
    std::int64_t product = 0;
    std::string name, sku, unit;
    std::int64_t quantity = one_unit;   ///< thousandths
    std::int64_t discount = 0;          ///< hundredths of a per cent
    std::optional<std::int64_t> tax;    ///< the same
    std::optional<std::int64_t> price;  ///< minor units of `currency`
    std::string currency;
    std::int64_t net = 0, tax_amount = 0;
};
std::vector<SoldLine> lines_of(store::Store& store, const store::Record& record);

}  // namespace crm::sales
