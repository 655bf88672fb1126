#include "people/account_totals.hpp"

#include "sql/expression.hpp"
#include "store/query_context.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::people {
namespace {

struct Figure {
    std::string_view label, noun, query;
    std::string_view amount;  ///< the field that is summed; empty for none
};

constexpr Figure figures[] = {
    {"open deals", "deal", "is:open", "amount"}, {"won deals", "deal", "is:won", "amount"},
    {"lost deals", "deal", "is:lost", "amount"}, {"orders", "order", "-status:Cancelled", "total"},
    {"open tickets", "ticket", "is:open", ""},
};

/// The account ?N and all that belong to it.
constexpr std::string_view tree = R"(
WITH RECURSIVE "tree"("id") AS (
  SELECT CAST({account} AS BIGINT)
  UNION
  SELECT a."id"
  FROM "account" a
  JOIN "tree" ON a."parent" = "tree"."id"
  WHERE {live}
))";

constexpr std::string_view sums = R"(
SELECT count(*), sum(t.{amount}), t.{currency}
FROM {noun} t
WHERE t."account" IN (SELECT "id" FROM "tree") AND {live} AND {condition}
GROUP BY t.{currency}
ORDER BY 2 DESC NULLS LAST)";

constexpr std::string_view counts = R"(
SELECT count(*), NULL, NULL
FROM {noun} t
WHERE t."account" IN (SELECT "id" FROM "tree") AND {live} AND {condition})";

std::string tree_of(std::string_view account) {
    return fmt::format(tree, fmt::arg("account", account), fmt::arg("live", sql::live("a")));
}

AccountTotal total_of(store::Resolver& resolver, const Clock& clock, const Figure& figure,
                      std::int64_t account) {
    AccountTotal out{.label = figure.label, .count = 0, .amounts = {}};
    store::Store& store = resolver.store();
    const meta::Entity& entity = store.model().get(figure.noun);
    const store::Selection chosen =
        store::select(resolver, clock, entity, {std::string(figure.query)});
    const std::string select = fmt::format(
        fmt::runtime(figure.amount.empty() ? counts : sums),
        fmt::arg("noun", sql::quoted(figure.noun)), fmt::arg("live", sql::live("t")),
        fmt::arg("condition", chosen.condition), fmt::arg("amount", sql::quoted(figure.amount)),
        fmt::arg("currency", sql::quoted(std::string(figure.amount) + "_currency")));
    sql::Statement get =
        store.db().prepare(tree_of(fmt::format("?{}", chosen.binds.size() + 1)) + select);
    int at = 0;
    for (const Value& bind : chosen.binds)
        get.bind(++at, View(bind));
    get.bind(++at, account);
    while (get.step()) {
        out.count += get.integer(0);
        const bool known = !get.null(1) && !get.null(2);
        if (get.integer(0) > 0)
            out.amounts.push_back({known ? get.integer(1) : 0,
                                   known ? std::string(get.text(2)) : std::string(),
                                   get.integer(0)});
    }
    return out;
}

}  // namespace

AccountTotals account_totals(store::Resolver& resolver, const Clock& clock, std::int64_t account) {
    store::Store& store = resolver.store();
    AccountTotals out;
    sql::Statement size = store.db().prepare(tree_of("?1") + "\nSELECT count(*) FROM \"tree\"");
    size.with(account).step();
    out.accounts = size.integer(0);
    const auto nouns = store.nouns();
    for (const Figure& figure : figures) {
        if (std::ranges::find(nouns, &store.model().get(figure.noun)) == nouns.end())
            continue;
        if (AccountTotal total = total_of(resolver, clock, figure, account); total.count > 0)
            out.totals.push_back(std::move(total));
    }
    return out;
}

}  // namespace crm::people
