#include "sales/competing_offers.hpp"

#include "base/money.hpp"
#include "sales/line_items.hpp"
#include "sql/expression.hpp"

#include <fmt/format.h>

namespace crm::sales {
namespace {

std::string offer(std::int64_t price, std::int64_t discount, std::string_view currency) {
    const std::string less = discount == 0 ? "" : fmt::format(" -{} %", decimal_text(discount, 2));
    return fmt::format("{}{} {}", money_text(price, currency), less, currency);
}

}  // namespace

std::vector<std::string> competing_offers(store::Store& store, const store::Record& record,
                                          const store::RowCells& row) {
    if (record.entity->noun != "quote")
        return {};
    const std::int64_t account = record.number(*record.entity->find("account"));
    const LineItem item = read_line_item(store, lines_field(record), row);
    if (account == 0 || !item.price)
        return {};

    sql::Statement others = store.db().prepare(fmt::format(
        R"(
        SELECT q."id", q."name", u."name", r."price", coalesce(r."discount", 0)
        FROM "quote" q
        JOIN "quote_lines" r ON r."record" = q."id"
        LEFT JOIN "user" u ON u."id" = q."owner"
        WHERE q."account" = ?1
          AND r."product" = ?2
          AND r."price_currency" = ?3
          AND q."id" <> ?4
          AND coalesce(q."owner", 0) <> ?5
          AND {}
          AND coalesce(q."stage", '') NOT IN ('Closed Accepted', 'Closed Lost', 'Closed Dead')
          AND r."price" * (10000 - coalesce(r."discount", 0)) <> ?6
        ORDER BY q."id")",
        sql::live("q")));
    others.with(account, item.product, item.currency, record.id,
                record.number(*record.entity->find("owner")),
                *item.price * (100 * one_percent - item.discount));
    std::vector<std::string> warnings;
    while (others.step()) {
        const std::string owner =
            others.text(2).empty() ? "" : fmt::format(" (owner {})", others.text(2));
        warnings.push_back(fmt::format(
            "warning: {} {}{} offers the same customer {} for {}, {} {} for {}",
            meta::short_id(*record.entity, others.integer(0)), others.text(1), owner, item.name,
            offer(others.integer(3), others.integer(4), item.currency), record.short_id(),
            record.label(), offer(*item.price, item.discount, item.currency)));
    }
    return warnings;
}

}  // namespace crm::sales
