#include "sales/price_book.hpp"

#include "base/money.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace crm::sales {

using meta::FieldInfo;
using store::inner_field;
using store::Record;
using store::row_number;
using store::RowCells;

namespace {

/// The product and the quantity from which the price counts; without min_quantity it counts from
/// one.
std::pair<std::int64_t, std::int64_t> key_of(const FieldInfo& entries, const RowCells& row) {
    const std::int64_t quantity = row_number(row, inner_field(entries, "min_quantity")).value_or(1);
    return {row_number(row, inner_field(entries, "product")).value_or(0),
            std::max<std::int64_t>(quantity, 1)};
}

void require_currency(const Record& book, const std::string& currency, const std::string& given) {
    if (given == currency)
        return;
    throw Error(Fault::refused, "other_currency",
                fmt::format("the prices of {} {} are in {}, not in {}", book.short_id(),
                            book.label(), currency, given),
                fmt::format("crm pricebook edit {} currency={}", book.short_id(), given));
}

}  // namespace

std::string price_book_currency(store::Store& store, const Record& book) {
    std::string currency = book.text(*book.entity->find("currency"));
    return currency.empty() ? store.currency() : currency;
}

std::string set_price(store::Store& store, Record& book, const RowCells& row) {
    const FieldInfo& entries = *book.entity->find("entries");
    const FieldInfo& price = inner_field(entries, "price");
    const auto key = key_of(entries, row);
    const auto [product, quantity] = key;
    std::string what = store.name(store.model().get("product"), product);
    if (quantity > 1)
        what += fmt::format(" from {} on", quantity);

    auto& rows = book.rows[entries.first];
    const auto same =
        std::ranges::find_if(rows, [&](const RowCells& r) { return key_of(entries, r) == key; });
    const auto minor = row_number(row, price);
    if (!minor) {
        if (same == rows.end())
            throw Error(
                Fault::not_found, "not_found",
                fmt::format("{} {} has no price for {}", book.short_id(), book.label(), what));
        rows.erase(same);
        return "without " + what;
    }
    const std::string currency = price_book_currency(store, book);
    require_currency(book, currency, store::row_text(row, price).value_or(""));
    if (same != rows.end())
        *same = row;
    else
        rows.push_back(row);
    std::ranges::stable_sort(rows, {}, [&](const RowCells& r) { return key_of(entries, r); });
    return fmt::format("{}: {} {}", what, money_text(*minor, currency), currency);
}

}  // namespace crm::sales
