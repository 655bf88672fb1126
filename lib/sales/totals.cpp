#include "sales/totals.hpp"

#include "base/error.hpp"

namespace crm::sales {
namespace {

void add_checked(std::int64_t amount, std::int64_t& sum) {
    if (__builtin_add_overflow(sum, amount, &sum))
        throw Error(Fault::refused, "too_large", "the total is larger than can be stored");
}

}  // namespace

Totals totals_of(std::span<const LineItem> items) {
    Totals totals;
    std::int64_t total = 0;
    for (const LineItem& item : items) {
        if (!item.price) {
            totals.has_unpriced_lines = true;
            continue;
        }
        if (!totals.currency.empty() && item.currency != totals.currency)
            totals.several_currencies = true;
        totals.currency = item.currency;
        add_checked(item.net, totals.net);
        add_checked(item.tax_amount, totals.tax);
        add_checked(item.net, total);
        add_checked(item.tax_amount, total);
        if (item.tax)
            totals.tax_by_rate[*item.tax] += item.tax_amount;
    }
    return totals;
}

}  // namespace crm::sales
