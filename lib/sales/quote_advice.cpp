#include "sales/quote_advice.hpp"

#include "base/money.hpp"
#include "sales/line_items.hpp"
#include "sql/expression.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::sales {
namespace {

using store::Record;

constexpr std::size_t few_cases = 5;  ///< fewer cases than this are shown with a warning

std::string warning_for(std::size_t cases) {
    if (cases == 0)
        return "no cases";
    return cases < few_cases ? "too few cases" : "";
}

struct DiscountBand {
    std::int64_t from, to;  ///< hundredths of a per cent
    std::string_view name;

    bool contains(std::int64_t discount) const { return discount >= from && discount <= to; }
};
constexpr DiscountBand discount_bands[] = {{0, 0, "no discount"},
                                           {1, 500, "up to 5 %"},
                                           {501, 1000, "over 5 to 10 %"},
                                           {1001, 2000, "over 10 to 20 %"},
                                           {2001, 10000, "over 20 %"}};

struct Customer {
    std::int64_t account = 0;
    std::string industry;
};

Customer customer_of(store::Store& store, const Record& quote) {
    Customer customer{.account = quote.number(*quote.entity->find("account")), .industry = {}};
    const meta::Entity& accounts = store.model().get("account");
    if (const auto account = store.find(accounts, customer.account))
        customer.industry = account->text(*accounts.find("industry"));
    return customer;
}

/// Net prices of a unit in orders that were not cancelled, lowest first: of the customer, or of
/// other customers.
std::vector<std::int64_t> paid_prices(store::Store& store, const Customer& customer, bool others,
                                      const LineItem& item) {
    sql::Statement orders = store.db().prepare(fmt::format(
        R"(
        SELECT r."price", coalesce(r."discount", 0)
        FROM "order_lines" r
        JOIN "order" o ON o."id" = r."record"
        JOIN "account" a ON a."id" = o."account"
        WHERE r."product" = ?1
          AND r."price_currency" = ?2
          AND {}
          AND coalesce(o."status", '') <> 'Cancelled'
          AND o."account" {} ?3
          {})",
        sql::live("o"), others ? "<>" : "=",
        others && !customer.industry.empty() ? R"(AND a."industry" = ?4)" : ""));
    orders.bind(1, item.product);
    orders.bind(2, std::string_view(item.currency));
    orders.bind(3, customer.account);
    if (others && !customer.industry.empty())
        orders.bind(4, std::string_view(customer.industry));
    std::vector<std::int64_t> prices;
    while (orders.step())
        prices.push_back(net_of(one_unit, orders.integer(0), orders.integer(1)));
    std::ranges::sort(prices);
    return prices;
}

Advice compare_prices(const std::string& about, const std::vector<std::int64_t>& prices,
                      std::int64_t offered, const LineItem& item) {
    Advice advice{.about = about,
                  .cases = static_cast<std::int64_t>(prices.size()),
                  .offered = offered,
                  .currency = item.currency,
                  .comment = warning_for(prices.size())};
    if (prices.empty())
        return advice;
    const std::int64_t median = prices[(prices.size() - 1) / 2];
    advice.low = prices.front();
    advice.median = median;
    advice.high = prices.back();
    if (prices.size() < few_cases)
        return advice;
    if (offered < prices.front())
        advice.comment = "below all of them";
    else if (offered > prices.back())
        advice.comment = "above all of them";
    else if (offered == median)
        advice.comment = "in the middle";
    else
        advice.comment = offered < median ? "below the middle" : "above the middle";
    return advice;
}

/// Decided quotes with the product, by the discount on it, and how many of them were accepted.
std::vector<Advice> success_by_discount(store::Store& store, const Record& quote,
                                        const LineItem& item) {
    std::vector<Advice> out;
    for (const DiscountBand& band : discount_bands) {
        sql::Statement decided = store.db().prepare(fmt::format(
            R"(
            SELECT count(*), count(*) FILTER (WHERE q."stage" = 'Closed Accepted')
            FROM "quote_lines" r
            JOIN "quote" q ON q."id" = r."record"
            WHERE r."product" = ?1
              AND coalesce(r."discount", 0) BETWEEN ?2 AND ?3
              AND q."stage" IN ('Closed Accepted', 'Closed Lost')
              AND q."id" <> ?4
              AND {})",
            sql::live("q")));
        decided.with(item.product, band.from, band.to, quote.id).step();
        const std::int64_t cases = decided.integer(0);
        const bool here = band.contains(item.discount);
        if (cases == 0 && !here)
            continue;
        Advice& advice = out.emplace_back();
        advice.about = fmt::format("quotes with {}{}", band.name, here ? ", as here" : "");
        advice.cases = cases;
        advice.comment = warning_for(static_cast<std::size_t>(cases));
        if (cases > 0)
            advice.win_rate = static_cast<double>(decided.integer(1)) / static_cast<double>(cases);
    }
    return out;
}

/// Halves are rounded away from zero.
std::int64_t percent_of(std::int64_t part, std::int64_t whole) {
    const __int128 twice = static_cast<__int128>(part) * 200;
    return static_cast<std::int64_t>((twice + (part < 0 ? -whole : whole)) / (2 * __int128{whole}));
}

Advice margin(const LineItem& item, std::int64_t offered) {
    Advice advice{.about = "margin of a unit"};
    if (!item.cost || item.cost->currency != item.currency) {
        advice.comment = "the cost is not known";
        return advice;
    }
    const std::int64_t margin = offered - item.cost->minor;
    advice.offered = margin;
    advice.currency = item.currency;
    if (offered <= 0)
        advice.comment = "the price is zero";
    else
        advice.comment = fmt::format("{} % of the price{}", percent_of(margin, offered),
                                     margin < 0 ? ", sold at a loss" : "");
    return advice;
}

std::vector<Advice> advise_on(store::Store& store, const Record& quote, const Customer& customer,
                              const LineItem& item) {
    if (!item.price)
        return {{.about = "price", .comment = "no price is offered yet"}};
    const std::int64_t offered = net_of(one_unit, *item.price, item.discount);
    const std::string others = customer.industry.empty()
                                   ? "others paid"
                                   : fmt::format("others in {} paid", customer.industry);
    std::vector<Advice> out;
    out.push_back(compare_prices("this customer paid", paid_prices(store, customer, false, item),
                                 offered, item));
    out.push_back(compare_prices(others, paid_prices(store, customer, true, item), offered, item));
    for (Advice& advice : success_by_discount(store, quote, item))
        out.push_back(std::move(advice));
    out.push_back(margin(item, offered));
    return out;
}

}  // namespace

std::vector<Advice> advise(store::Store& store, const Record& quote) {
    const auto items = line_items(store, quote);
    if (items.empty())
        throw Error(Fault::refused, "empty_quote",
                    fmt::format("{} {} has no line items", quote.short_id(), quote.label()),
                    fmt::format("crm quote line add {} PRODUCT", quote.short_id()));
    const Customer customer = customer_of(store, quote);
    std::vector<Advice> out;
    for (std::size_t i = 0; i < items.size(); ++i)
        for (Advice& advice : advise_on(store, quote, customer, items[i])) {
            advice.line = i + 1;
            advice.product = items[i].name;
            out.push_back(std::move(advice));
        }
    return out;
}

}  // namespace crm::sales
