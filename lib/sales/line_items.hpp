#pragma once

#include "base/money.hpp"
#include "store/rows.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The line items of deals, quotes and orders.
namespace crm::sales {

struct LineItem {
    std::int64_t product = 0;
    std::string name, sku, unit;        ///< of the product
    std::int64_t quantity = one_unit;   ///< thousandths
    std::int64_t discount = 0;          ///< hundredths of a per cent
    std::optional<std::int64_t> tax;    ///< hundredths of a per cent
    std::optional<std::int64_t> price;  ///< of a unit, in minor units of `currency`
    std::string currency;
    std::optional<Money> cost;  ///< of a unit
    std::int64_t net = 0;       ///< after the discount, before tax; rounded as totals.hpp says
    std::int64_t tax_amount = 0;
};

/// The field `lines` of a deal, quote or order.
const meta::FieldInfo& lines_field(const store::Record& record);
std::vector<LineItem> line_items(store::Store& store, const store::Record& record);
/// The same without the name, sku and unit of the products, which asks the store for nothing.
std::vector<LineItem> line_amounts(const store::Record& record);
LineItem read_line_item(store::Store& store, const meta::FieldInfo& lines,
                        const store::RowCells& row);

/// The currency of new line items: that of the record, else of its line items, else of its price
/// book, else of the database.
std::string line_currency(store::Store& store, const store::Record& record);

/// Index of the line item with a number, counted from 1. Throws not_found.
std::size_t line_with_number(const store::Record& record, std::size_t number);
/// Index of the only line item of a product. Throws not_found, or ambiguous with the numbers of
/// the line items. `typed` is what the user called the product.
std::size_t line_of_product(const store::Record& record, std::int64_t product,
                            std::string_view typed);

/// A line item as one line of text: Pump: 2 x 100.00 -5 % = 190.00 EUR.
std::string describe(const LineItem& item);

/// Throws refused where a quote is past its validity. `today` is an ISO date.
void require_valid_quote(const store::Record& record, const std::string& today);

}  // namespace crm::sales
