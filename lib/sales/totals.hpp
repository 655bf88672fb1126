#pragma once

#include "base/money.hpp"
#include "sales/line_items.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>

/// How the total of a quote or an order is rounded: `net_of` rounds the net amount of each line
/// item half up to the smallest unit of the currency, `tax_on` rounds the tax on that net amount in
/// the same way, and the total is the sum of the rounded amounts. The computed fields `net`,
/// `subtotal`, `tax_total` and `total` do the same in SQL (lib/meta/nouns/shared.hpp).
namespace crm::sales {

struct Totals {
    std::int64_t net = 0;  ///< minor units of `currency`
    std::int64_t tax = 0;
    std::map<std::int64_t, std::int64_t> tax_by_rate;  ///< the rate in hundredths of a per cent
    std::string currency;
    bool several_currencies = false;
    bool has_unpriced_lines = false;

    /// Whether net and tax are the totals of all line items. Amounts of several currencies have no
    /// sum.
    bool complete() const {
        return !currency.empty() && !several_currencies && !has_unpriced_lines;
    }
    std::int64_t total() const { return net + tax; }
};

/// Throws refused where an amount is larger than can be stored.
Totals totals_of(std::span<const LineItem> items);

}  // namespace crm::sales
