#include "sales/quote_acceptance.hpp"

#include "meta/stages.hpp"
#include "sales/line_items.hpp"
#include "sales/totals.hpp"
#include "sql/expression.hpp"
#include "store/assign.hpp"

#include <fmt/format.h>

namespace crm::sales {

using store::Record;

namespace {

constexpr std::string_view accepted_stage = "Closed Accepted";

void put_text(Record& record, std::string_view field, std::string_view text) {
    record.put(*record.entity->find(field), {Value(std::string(text))});
}

/// A quote that was opened again still has the order that it became.
void refuse_second_order(store::Store& store, const Record& quote) {
    sql::Statement orders = store.db().prepare(fmt::format(
        R"(
        SELECT "id"
        FROM "order"
        WHERE "quote" = ?1
          AND {}
          AND coalesce("status", '') <> 'Cancelled'
        ORDER BY "id")",
        sql::live()));
    if (!orders.with(quote.id).step())
        return;
    const Record order = store.get(store.model().get("order"), orders.integer(0));
    Error e(
        Fault::refused, "closed",
        fmt::format("{} {} is already {} {}", quote.short_id(), quote.label(), order.short_id(),
                    order.label()),
        fmt::format("crm order edit {0} status=cancelled, or crm order rm {0}", order.short_id()));
    e.candidates = {order.short_id()};
    throw e;
}

}  // namespace

void require_acceptable(store::Store& store, const Record& quote, const std::string& today) {
    const std::string& stage = quote.text(*quote.entity->find("stage"));
    if (stage.starts_with("Closed"))
        throw Error(Fault::refused, "closed",
                    fmt::format("{} {} is already {}", quote.short_id(), quote.label(), stage));
    refuse_second_order(store, quote);
    require_valid_quote(quote, today);
    if (quote.rows[lines_field(quote).first].empty())
        throw Error(
            Fault::refused, "empty_quote",
            fmt::format("{} {} has no line items to accept", quote.short_id(), quote.label()),
            fmt::format("crm quote line add {} PRODUCT", quote.short_id()));
}

Record order_from_quote(const Record& quote, const std::string& today) {
    const meta::Entity& orders = quote.entity->model().get("order");
    Record order(orders);
    put_text(order, "name", quote.label());
    put_text(order, "status", "Confirmed");
    put_text(order, "order_date", today);
    order.put(*orders.find("quote"), {Value(quote.id)});
    for (const std::string_view name : {"account", "contact", "owner", "currency"}) {
        const auto cells = quote.of(*quote.entity->find(name));
        order.put(*orders.find(name), {cells.begin(), cells.end()});
    }
    // The line items of deals, quotes and orders have the same fields.
    order.rows[lines_field(order).first] = quote.rows[lines_field(quote).first];
    return order;
}

Acceptance accept_quote(store::Writer& writer, const Record& quote, Record& order, bool win) {
    store::complete(order);
    writer.add(order);
    Acceptance done{.quote = quote, .deal = {}};
    put_text(done.quote, "stage", accepted_stage);
    writer.change(quote, done.quote);
    if (!win)
        return done;

    const std::int64_t id = quote.number(*quote.entity->find("deal"));
    if (id == 0)
        throw Error(
            Fault::refused, "no_deal",
            fmt::format("{} {} has no deal that could be won", quote.short_id(), quote.label()),
            fmt::format("crm quote edit {} deal=…", quote.short_id()));
    const Record deal = writer.get(quote.entity->model().get("deal"), id);
    Record won = deal;
    put_text(won, "stage", meta::won_stage);
    const Totals totals = totals_of(line_amounts(quote));
    if (totals.complete())
        won.put(*won.entity->find("amount"), {Value(totals.net), Value(totals.currency)});
    done.deal_changed = writer.change(deal, won);
    done.deal = std::move(won);
    return done;
}

}  // namespace crm::sales
