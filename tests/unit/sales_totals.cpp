#include "sales/totals.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace crm;
using sales::LineItem;

namespace {

LineItem item(std::int64_t net, std::int64_t tax_rate, std::int64_t tax,
              const char* currency = "EUR") {
    LineItem out;
    out.price = net;
    out.currency = currency;
    out.net = net;
    out.tax = tax_rate;
    out.tax_amount = tax;
    return out;
}

}  // namespace

TEST_CASE("a total is the sum of what was rounded line by line") {
    // 3 x 0.05 with 19 % tax: 0.0095 a line, which is 0.01 each, not 0.03 of the sum.
    const std::int64_t net = net_of(one_unit, 5, 0);
    const std::int64_t tax = tax_on(net, 1900);
    CHECK(tax == 1);
    const std::vector<LineItem> items{item(net, 1900, tax), item(net, 1900, tax),
                                      item(net, 700, tax_on(net, 700))};
    const sales::Totals totals = sales::totals_of(items);
    CHECK(totals.complete());
    CHECK(totals.net == 15);
    CHECK(totals.tax == 2);
    CHECK(totals.tax_by_rate.at(1900) == 2);
    CHECK(totals.tax_by_rate.at(700) == 0);
    CHECK(totals.currency == "EUR");
}

TEST_CASE("amounts of several currencies, and lines without a price, have no total") {
    CHECK_FALSE(sales::totals_of({}).complete());
    const std::vector<LineItem> mixed{item(100, 0, 0), item(100, 0, 0, "USD")};
    CHECK(sales::totals_of(mixed).several_currencies);
    CHECK_FALSE(sales::totals_of(mixed).complete());
    const std::vector<LineItem> unpriced{item(100, 0, 0), LineItem()};
    CHECK(sales::totals_of(unpriced).has_unpriced_lines);
    CHECK_FALSE(sales::totals_of(unpriced).complete());
}

TEST_CASE("a line item as text") {
    LineItem pump = item(19000, 0, 0);
    pump.name = "Pump";
    pump.quantity = 2 * one_unit;
    pump.price = 10000;
    pump.discount = 5 * one_percent;
    CHECK(sales::describe(pump) == "Pump: 2 x 100.00 -5 % = 190.00 EUR");
    pump.price.reset();
    CHECK(sales::describe(pump) == "Pump: 2, without a price");
}
