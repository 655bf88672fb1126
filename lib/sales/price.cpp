#include "sales/price.hpp"

#include "meta/type.hpp"

#include <fmt/format.h>

#include <optional>
#include <vector>

namespace crm::sales {

using meta::FieldInfo;
using store::Record;

namespace {

Expected<std::optional<Money>> entry_of(const Record& book, const Asked& asked) {
    const FieldInfo& entries = *book.entity->find("entries");
    const FieldInfo &product = entries.rows[0], &least = entries.rows[1], &price = entries.rows[2];
    std::optional<std::int64_t> reached;
    std::optional<Money> found;
    for (const store::RowCells& row : book.rows[entries.first]) {
        if (row[product.first] != Value(asked.product.id) ||
            row[price.first + 1] != Value(asked.currency))
            continue;
        const auto* from = std::get_if<std::int64_t>(&row[least.first]);
        const std::int64_t n = from == nullptr ? 0 : *from;
        if (n * one_unit > asked.quantity || (reached && *reached > n))
            continue;
        const Money here{std::get<std::int64_t>(row[price.first]), asked.currency};
        if (reached == n && found && *found != here)
            return failure(
                Fault::ambiguous, "ambiguous",
                fmt::format("{} {} tells two prices of {} from {} units on: {} and {} {}",
                            book.short_id(), book.label(), asked.product.label(), n,
                            money_text(found->minor, asked.currency),
                            money_text(here.minor, asked.currency), asked.currency),
                "say price=…, or mend the price book");
        reached = n, found = here;
    }
    return found;
}

}  // namespace

Expected<Price> price_of(store::Store& store, const Asked& asked) {
    const meta::Entity &books = store.model().get("pricebook"),
                       &segments = store.model().get("segment");
    if (asked.book != nullptr) {
        const auto entry = entry_of(*asked.book, asked);
        if (!entry)
            return std::unexpected(entry.error());
        if (*entry)
            return Price{**entry, "price book " + asked.book->label()};
    }
    std::vector<std::int64_t> ids;
    sql::Statement valid = store.db().prepare(
        R"(SELECT "id" FROM "pricebook" WHERE "deleted_at" IS NULL AND "undone" IS NULL AND coalesce("valid_from", ?1) <= ?1 AND coalesce("valid_to", ?1) >= ?1 ORDER BY "id")");
    for (valid.with(asked.today); valid.step();)
        ids.push_back(valid.integer(0));
    for (const bool special : {true, false}) {
        std::optional<Price> found;
        for (const std::int64_t id : ids) {
            const Record book = store.get(books, id);
            const std::int64_t segment = book.number(*books.find("segment"));
            if ((segment != 0) != special)
                continue;
            if (special) {
                const auto record = store.find(segments, segment);
                if (!record || !record->deleted_at.empty() || !asked.belongs(*record))
                    continue;
            }
            const auto entry = entry_of(book, asked);
            if (!entry)
                return std::unexpected(entry.error());
            if (!*entry)
                continue;
            if (found && found->unit != **entry)
                return failure(
                    Fault::ambiguous, "ambiguous",
                    fmt::format("{} and price book {} tell different prices of {}: {} and {} {}",
                                found->from, book.label(), asked.product.label(),
                                money_text(found->unit.minor, asked.currency),
                                money_text((*entry)->minor, asked.currency), asked.currency),
                    "say price=…, or pricebook=… of the quote");
            if (!found)
                found = Price{**entry, "price book " + book.label()};
        }
        if (found)
            return *found;
    }
    const FieldInfo& list = *asked.product.entity->find("price");
    const auto cells = asked.product.of(list);
    if (std::holds_alternative<std::int64_t>(cells[0]) && cells[1] == Value(asked.currency))
        return Price{{std::get<std::int64_t>(cells[0]), asked.currency}, "list price"};
    return failure(Fault::refused, "no_price",
                   fmt::format("{} {} has no price in {}", asked.product.short_id(),
                               asked.product.label(), asked.currency),
                   "say price=…, or put it into a price book");
}

}  // namespace crm::sales
