#include "sales/totals.hpp"

namespace crm::sales {

Totals totals_of(std::span<const LineItem> items) {
    Totals totals;
    for (const LineItem& item : items) {
        if (!item.price) {
            totals.has_unpriced_lines = true;
            continue;
        }
        if (!totals.currency.empty() && item.currency != totals.currency)
            totals.several_currencies = true;
        totals.currency = item.currency;
        totals.net += item.net;
        totals.tax += item.tax_amount;
        if (item.tax)
            totals.tax_by_rate[*item.tax] += item.tax_amount;
    }
    return totals;
}

}  // namespace crm::sales
