#include "value/store_baskets.hpp"

#include "base/money.hpp"
#include "meta/type.hpp"
#include "report/compile.hpp"
#include "report/script.hpp"
#include "store/query_context.hpp"
#include "value/store_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace crm::value {
namespace {

using insight::Item;

/// Products by their numbers become items by their names.
class ProductItems {
public:
    explicit ProductItems(store::Store& store)
        : store_(store), products_(store.model().get("product")) {}

    void add(std::int64_t order, std::int64_t account, std::int64_t product) {
        lines_.emplace_back(order, account, product);
    }

    Baskets build(std::int64_t customer) {
        Baskets out;
        const std::map<std::int64_t, Item> items = name_items(out);
        std::int64_t last = -1;
        for (const auto& [order, account, product] : lines_) {
            const Item item = items.at(product);
            if (order != last)
                out.baskets.emplace_back();
            last = order;
            out.baskets.back().push_back(item);
            if (customer != 0 && account == customer)
                out.bought.push_back(item);
        }
        for (std::vector<Item>& basket : out.baskets)
            sort(basket);
        sort(out.bought);
        return out;
    }

private:
    static void sort(std::vector<Item>& items) {
        std::ranges::sort(items);
        items.erase(std::ranges::unique(items).begin(), items.end());
    }

    std::map<std::int64_t, Item> name_items(Baskets& out) {
        std::map<std::int64_t, Item> items;
        std::vector<std::pair<std::string, std::int64_t>> names;
        for (const auto& [order, account, product] : lines_)
            if (items.emplace(product, 0).second)
                names.emplace_back(store_.name(products_, product), product);
        std::ranges::sort(names);
        for (const auto& [name, product] : names) {
            items[product] = static_cast<Item>(out.items.size());
            out.items.push_back(name);
            out.ids.push_back(meta::short_id(products_, product));
            out.prices.push_back(price_of(product));
        }
        return items;
    }

    std::string price_of(std::int64_t product) {
        sql::Statement row = store_.db().prepare(
            R"(SELECT "price", "price_currency" FROM "product" WHERE "id" = ?1)");
        row.with(product);
        if (!row.step() || row.null(0))
            return {};
        return money_text(row.integer(0), row.text(1)) + " " + std::string(row.text(1));
    }

    store::Store& store_;
    const meta::Entity& products_;
    std::vector<std::tuple<std::int64_t, std::int64_t, std::int64_t>> lines_;
};

}  // namespace

namespace {

/// The lines of the orders, over the views; the values of the query in its parameters.
report::Statement lines_statement(store::Resolver& resolver, const Clock& clock,
                                  const OrderRequest& request) {
    const meta::Entity& orders = resolver.store().model().get("order");
    const store::Selection selection = store::select(
        resolver, clock, orders,
        request.where.empty() ? std::vector<std::string>{} : std::vector{request.where});
    report::Statement out;
    out.sql = fmt::format(
        R"(SELECT l.order_key,
       t.account_key,
       l.product_key
FROM "v_order_lines" l
JOIN "v_order" t ON t.key = l.order_key
WHERE l.product_key IS NOT NULL
  AND t.status NOT IN ('Draft', 'Cancelled')
  AND t.order_date <= '{}')",
        request.filter.as_of.iso());
    const DateSpan& span = request.filter.period;
    if (span.first)
        out.sql += fmt::format("\n  AND t.order_date >= '{}'", span.first->iso());
    if (span.last)
        out.sql += fmt::format("\n  AND t.order_date <= '{}'", span.last->iso());
    if (!selection.condition.empty())
        out.sql += "\n  AND " + over_view(orders, selection.condition);
    out.sql += "\nORDER BY l.order_key";
    out.binds = selection.binds;
    return out;
}

}  // namespace

Baskets baskets_of_store(store::Resolver& resolver, const Clock& clock, const OrderRequest& request,
                         const std::string& customer) {
    store::Store& store = resolver.store();
    std::int64_t account = 0;
    if (!customer.empty()) {
        const auto found = resolver.find(customer, &store.model().get("account"));
        if (!found)
            throw found.error();
        account = found->id;
    }
    if (!is_in_use(store, store.model().get("order")))
        return {};
    const report::Statement lines = lines_statement(resolver, clock, request);
    sql::Statement rows = store.db().prepare(lines.sql);
    int at = 0;
    for (const Value& value : lines.binds)
        rows.bind(++at, View(value));
    ProductItems items(store);
    while (rows.step())
        items.add(rows.integer(0), rows.integer(1), rows.integer(2));
    return items.build(account);
}

std::string baskets_sql(store::Resolver& resolver, const Clock& clock,
                        const OrderRequest& request) {
    return report::as_script(lines_statement(resolver, clock, request));
}

}  // namespace crm::value
