#include "sales/pricing.hpp"

#include "meta/type.hpp"
#include "sales/line_items.hpp"
#include "sql/expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace crm::sales {

using meta::FieldInfo;
using store::inner_field;
using store::Record;
using store::row_number;
using store::RowCells;

namespace {

/// The price in a price book; nothing where it has none for the product, quantity and currency.
Expected<std::optional<Money>> entry_price(const Record& book, const PriceRequest& request) {
    const FieldInfo& entries = *book.entity->find("entries");
    const FieldInfo& product = inner_field(entries, "product");
    const FieldInfo& min_quantity = inner_field(entries, "min_quantity");
    const FieldInfo& price = inner_field(entries, "price");
    std::optional<std::int64_t> reached;
    std::optional<Money> found;
    for (const RowCells& row : book.rows[entries.first]) {
        if (row_number(row, product) != request.product.id ||
            store::row_text(row, price) != request.currency)
            continue;
        const std::int64_t minimum = row_number(row, min_quantity).value_or(0);
        if (minimum * one_unit > request.quantity || (reached && *reached > minimum))
            continue;
        const Money here{*row_number(row, price), request.currency};
        if (reached == minimum && found && *found != here)
            return failure(Fault::ambiguous, "ambiguous",
                           fmt::format("{} {} has two prices for {} from {} units on: {} and {} {}",
                                       book.short_id(), book.label(), request.product.label(),
                                       minimum, money_text(found->minor, request.currency),
                                       money_text(here.minor, request.currency), request.currency),
                           "give price=…, or correct the price book");
        reached = minimum;
        found = here;
    }
    return found;
}

std::vector<Record> valid_price_books(store::Store& store, const std::string& today) {
    sql::Statement valid = store.db().prepare(fmt::format(
        R"(
        SELECT "id"
        FROM "pricebook"
        WHERE {}
          AND coalesce("valid_from", ?1) <= ?1 AND coalesce("valid_to", ?1) >= ?1
        ORDER BY "id")",
        sql::live()));
    std::vector<std::int64_t> ids;
    for (valid.with(today); valid.step();)
        ids.push_back(valid.integer(0));
    std::vector<Record> books;
    for (const std::int64_t id : ids)
        books.push_back(store.get(store.model().get("pricebook"), id));
    return books;
}

bool is_for_customer(store::Store& store, const Record& book, const PriceRequest& request) {
    const meta::Entity& segments = store.model().get("segment");
    const auto segment = store.find(segments, book.number(*book.entity->find("segment")));
    return segment && segment->deleted_at.empty() && request.in_segment(*segment);
}

/// The price of the valid price books, of those for segments of the customer or of those for
/// everybody.
Expected<std::optional<Price>> price_book_price(store::Store& store,
                                                const std::vector<Record>& books,
                                                const PriceRequest& request, bool for_segments) {
    std::optional<Price> found;
    for (const Record& book : books) {
        const bool has_segment = book.number(*book.entity->find("segment")) != 0;
        if (has_segment != for_segments || (has_segment && !is_for_customer(store, book, request)))
            continue;
        const auto price = entry_price(book, request);
        if (!price)
            return std::unexpected(price.error());
        if (!*price)
            continue;
        if (found && found->unit != **price)
            return failure(
                Fault::ambiguous, "ambiguous",
                fmt::format("{} and price book {} have different prices for {}: "
                            "{} and {} {}",
                            found->source, book.label(), request.product.label(),
                            money_text(found->unit.minor, request.currency),
                            money_text((*price)->minor, request.currency), request.currency),
                "give price=…, or choose one: pricebook=… of the quote");
        if (!found)
            found = Price{**price, "price book " + book.label()};
    }
    return found;
}

std::optional<Price> list_price(const PriceRequest& request) {
    const auto cells = request.product.of(*request.product.entity->find("price"));
    const auto* minor = std::get_if<std::int64_t>(&cells[0]);
    if (minor == nullptr || cells[1] != Value(request.currency))
        return {};
    return Price{{*minor, request.currency}, "list price"};
}

/// Whether the customer of a deal, quote or order is in a segment of accounts or contacts.
bool customer_in_segment(const PricingContext& context, const Record& record,
                         const Record& segment) {
    const meta::Entity* noun =
        context.store.model().find(segment.text(*segment.entity->find("noun")));
    if (noun == nullptr || (noun->noun != "account" && noun->noun != "contact"))
        return false;
    const FieldInfo* link = record.entity->find(noun->noun);
    const std::int64_t id = link == nullptr ? 0 : record.number(*link);
    return id != 0 &&
           !context.find(*noun, {"@" + segment.label(), meta::short_id(*noun, id)}).empty();
}

/// The price of a line item for the customer of the record.
Expected<Price> customer_price(const PricingContext& context, const Record& record,
                               const Record& product, const RowCells& row) {
    const FieldInfo& lines = lines_field(record);
    std::optional<Record> book;
    if (const FieldInfo* chosen = record.entity->find("pricebook");
        chosen != nullptr && record.number(*chosen) != 0)
        book = context.store.find(*chosen->to, record.number(*chosen));
    return find_price(
        context.store,
        {.product = product,
         .quantity = row_number(row, inner_field(lines, "quantity")).value_or(one_unit),
         .currency = line_currency(context.store, record),
         .today = context.today,
         .price_book = book ? &*book : nullptr,
         .in_segment = [&](const Record& segment) {
             return customer_in_segment(context, record, segment);
         }});
}

Record product_of(const PricingContext& context, const Record& record, const RowCells& row) {
    const FieldInfo& link = inner_field(lines_field(record), "product");
    return context.store.get(*link.to, row_number(row, link).value_or(0));
}

}  // namespace

Expected<Price> find_price(store::Store& store, const PriceRequest& request) {
    if (request.price_book != nullptr) {
        const auto price = entry_price(*request.price_book, request);
        if (!price)
            return std::unexpected(price.error());
        if (*price)
            return Price{**price, "price book " + request.price_book->label()};
    }
    const std::vector<Record> books = valid_price_books(store, request.today);
    for (const bool for_segments : {true, false}) {
        auto price = price_book_price(store, books, request, for_segments);
        if (!price)
            return std::unexpected(price.error());
        if (*price)
            return **price;
    }
    if (const auto price = list_price(request))
        return *price;
    return failure(Fault::refused, "no_price",
                   fmt::format("{} {} has no price in {}", request.product.short_id(),
                               request.product.label(), request.currency),
                   "give price=…, or add the price to a price book");
}

std::string complete_line(const PricingContext& context, const Record& record, RowCells& row,
                          bool has_price) {
    const FieldInfo& lines = lines_field(record);
    const Record product = product_of(context, record, row);
    const FieldInfo& cost = inner_field(lines, "cost");
    if (!row_number(row, cost))
        std::ranges::copy(product.of(*product.entity->find("cost")),
                          row.begin() + static_cast<long>(cost.first));
    if (has_price)
        return {};

    const auto price = customer_price(context, record, product, row);
    if (!price)
        throw price.error();
    const FieldInfo& field = inner_field(lines, "price");
    row[field.first] = price->unit.minor;
    row[field.first + 1] = price->unit.currency;
    return price->source;
}

std::string follow_quantity(const PricingContext& context, const Record& record,
                            const RowCells& before, RowCells& after) {
    const FieldInfo& lines = lines_field(record);
    const FieldInfo& quantity = inner_field(lines, "quantity");
    const FieldInfo& price = inner_field(lines, "price");
    const auto was = row_number(before, price);
    if (!was || before[quantity.first] == after[quantity.first])
        return {};
    const Money given{*was, store::row_text(before, price).value_or("")};
    const auto found = customer_price(context, record, product_of(context, record, before), before);
    if (!found || found->unit != given)
        return {};
    return complete_line(context, record, after, false);
}

RowCells& add_line(const PricingContext& context, Record& record, const Record& product,
                   std::int64_t quantity) {
    const FieldInfo& lines = lines_field(record);
    RowCells row = store::empty_row(lines);
    row[inner_field(lines, "product").first] = product.id;
    row[inner_field(lines, "quantity").first] = quantity;
    complete_line(context, record, row, false);
    auto& rows = record.rows[lines.first];
    rows.push_back(std::move(row));
    return rows.back();
}

}  // namespace crm::sales
