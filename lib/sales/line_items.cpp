#include "sales/line_items.hpp"

#include "base/text.hpp"
#include "sales/price_book.hpp"

#include <fmt/format.h>

#include <utility>

namespace crm::sales {

using meta::FieldInfo;
using store::inner_field;
using store::Record;
using store::row_number;
using store::RowCells;

namespace {

std::string name_of(const Record& record) {
    return fmt::format("{} {}", record.short_id(), record.label());
}

}  // namespace

const FieldInfo& lines_field(const Record& record) {
    return *record.entity->find("lines");
}

namespace {

LineItem read_amounts(const FieldInfo& lines, const RowCells& row) {
    const FieldInfo& price = inner_field(lines, "price");
    const FieldInfo& cost = inner_field(lines, "cost");
    LineItem item;
    item.product = row_number(row, inner_field(lines, "product")).value_or(0);
    item.quantity = row_number(row, inner_field(lines, "quantity")).value_or(one_unit);
    item.discount = row_number(row, inner_field(lines, "discount")).value_or(0);
    item.tax = row_number(row, inner_field(lines, "tax"));
    item.price = row_number(row, price);
    item.currency = store::row_text(row, price).value_or("");
    if (const auto minor = row_number(row, cost))
        item.cost = Money{*minor, store::row_text(row, cost).value_or("")};
    if (item.price) {
        item.net = net_of(item.quantity, *item.price, item.discount);
        item.tax_amount = tax_on(item.net, item.tax.value_or(0));
    }
    return item;
}

}  // namespace

LineItem read_line_item(store::Store& store, const FieldInfo& lines, const RowCells& row) {
    LineItem item = read_amounts(lines, row);
    const meta::Entity& products = store.model().get("product");
    if (const auto product = store.find(products, item.product)) {
        item.name = product->label();
        item.sku = product->text(*products.find("sku"));
        item.unit = product->text(*products.find("unit"));
    }
    return item;
}

std::vector<LineItem> line_items(store::Store& store, const Record& record) {
    const FieldInfo& lines = lines_field(record);
    std::vector<LineItem> items;
    for (const RowCells& row : record.rows[lines.first])
        items.push_back(read_line_item(store, lines, row));
    return items;
}

std::vector<LineItem> line_amounts(const Record& record) {
    const FieldInfo& lines = lines_field(record);
    std::vector<LineItem> items;
    for (const RowCells& row : record.rows[lines.first])
        items.push_back(read_amounts(lines, row));
    return items;
}

std::string line_currency(store::Store& store, const Record& record) {
    if (std::string own = record.text("currency"); !own.empty())
        return own;
    const FieldInfo& lines = lines_field(record);
    for (const RowCells& row : record.rows[lines.first])
        if (auto currency = store::row_text(row, inner_field(lines, "price")))
            return *currency;
    const FieldInfo* link = record.entity->find("pricebook");
    if (link != nullptr && record.number(*link) != 0)
        if (const auto book = store.find(*link->to, record.number(*link)))
            return price_book_currency(store, *book);
    return store.currency();
}

std::size_t line_with_number(const Record& record, std::size_t number) {
    const std::size_t count = record.rows[lines_field(record).first].size();
    if (number >= 1 && number <= count)
        return number - 1;
    throw Error(Fault::not_found, "not_found",
                fmt::format("{} has no line item {}", name_of(record), number),
                fmt::format("it has {}", count));
}

std::size_t line_of_product(const Record& record, std::int64_t product, std::string_view typed) {
    const FieldInfo& lines = lines_field(record);
    const FieldInfo& link = inner_field(lines, "product");
    const auto& rows = record.rows[lines.first];
    std::vector<std::string> numbers;
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (row_number(rows[i], link) == product)
            numbers.push_back(std::to_string(i + 1));
    if (numbers.empty())
        throw Error(
            Fault::not_found, "not_found",
            fmt::format("{} has no line item for {}", name_of(record), text::clipped(typed, 60)));
    if (numbers.size() > 1)
        throw Error(Fault::ambiguous, "ambiguous",
                    fmt::format("{} has {} line items for {}", name_of(record), numbers.size(),
                                text::clipped(typed, 60)),
                    "give the number of the line item: " + text::joined(numbers, ", "));
    return static_cast<std::size_t>(std::stoul(numbers.front())) - 1;
}

std::string describe(const LineItem& item) {
    const std::string quantity = decimal_text(item.quantity, 3);
    if (!item.price)
        return fmt::format("{}: {}, without a price", item.name, quantity);
    const std::string discount =
        item.discount == 0 ? "" : fmt::format(" -{} %", decimal_text(item.discount, 2));
    return fmt::format("{}: {} x {}{} = {} {}", item.name, quantity,
                       money_text(*item.price, item.currency), discount,
                       money_text(item.net, item.currency), item.currency);
}

void require_valid_quote(const Record& record, const std::string& today) {
    const std::string until = record.text("valid_until");
    if (until.empty() || until >= today)
        return;
    throw Error(
        Fault::refused, "expired", fmt::format("{} was valid until {}", name_of(record), until),
        fmt::format("crm {} edit {} valid_until=+30d", record.entity->noun, record.short_id()));
}

}  // namespace crm::sales
