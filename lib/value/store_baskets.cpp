#include "value/store_baskets.hpp"

#include "base/money.hpp"
#include "meta/type.hpp"
#include "report/compile.hpp"
#include "report/script.hpp"
#include "store/query_context.hpp"
#include "value/store_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>

namespace crm::value {
namespace {

using insight::Item;

/// Baskets of products, which become items by their names.
class ProductBaskets {
public:
    /// What `customer` has bought is kept, too.
    ProductBaskets(store::Store& store, std::int64_t customer)
        : store_(store), products_(store.model().get("product")), customer_(customer) {}

    /// The lines of an order come one after another.
    void add(std::int64_t order, std::int64_t account, std::int64_t product) {
        const auto [at, added] = numbers_.try_emplace(product, static_cast<Item>(numbers_.size()));
        if (order != last_order_)
            baskets_.end_basket();
        last_order_ = order;
        baskets_.add(at->second);
        if (customer_ != 0 && account == customer_)
            bought_.insert(at->second);
    }

    Baskets build() {
        baskets_.end_basket();
        std::vector<std::tuple<std::string, std::int64_t, Item>> names;
        for (const auto& [product, number] : numbers_)
            names.emplace_back(store_.name(products_, product), product, number);
        std::ranges::sort(names);
        Baskets out;
        std::vector<Item> places(names.size());
        for (const auto& [name, product, number] : names) {
            places[number] = static_cast<Item>(out.items.size());
            out.items.push_back(name);
            out.ids.push_back(meta::short_id(products_, product));
            out.prices.push_back(price_of(product));
        }
        baskets_.renumber(places);
        out.baskets = std::move(baskets_);
        for (const Item number : bought_)
            out.bought.push_back(places[number]);
        std::ranges::sort(out.bought);
        return out;
    }

private:
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
    std::int64_t customer_;
    std::int64_t last_order_ = 0;
    std::unordered_map<std::int64_t, Item> numbers_;  ///< of the products, as they come
    insight::BasketList baskets_;
    std::set<Item> bought_;
};

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
    ProductBaskets baskets(store, account);
    while (rows.step())
        baskets.add(rows.integer(0), rows.integer(1), rows.integer(2));
    return baskets.build();
}

std::string baskets_sql(store::Resolver& resolver, const Clock& clock,
                        const OrderRequest& request) {
    return report::as_script(lines_statement(resolver, clock, request));
}

}  // namespace crm::value
