#include "value/concentration.hpp"

#include "insight/concentration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace crm::value {
namespace {

/// The customers who brought more than 0, the most first; of equal ones the lower id first.
std::vector<History> by_amount(const Purchases& purchases, const Request& request,
                               std::vector<std::string>& notes) {
    std::vector<History> out = histories(purchases, request.as_of.days);
    const auto without = std::erase_if(out, [](const History& h) { return h.amount <= 0; });
    if (without > 0)
        notes.push_back(fmt::format("{} {} brought 0 or less and {} not counted", without,
                                    without == 1 ? "customer" : "customers",
                                    without == 1 ? "is" : "are"));
    std::ranges::stable_sort(out, std::ranges::greater(), &History::amount);
    return out;
}

std::vector<std::int64_t> amounts_of(const std::vector<History>& customers) {
    std::vector<std::int64_t> out;
    for (const History& customer : customers)
        out.push_back(customer.amount);
    return out;
}

}  // namespace

report::Result pareto_report(const PurchaseData& data, const Request& request) {
    report::Result out;
    out.columns = {integer_column("customers", "who brought more than 0"),
                   money_column("total", "what they brought"),
                   share_column("top_1", "of the total: the best 1 % of the customers"),
                   share_column("top_5", "of the total: the best 5 %"),
                   share_column("top_10", "of the total: the best 10 %"),
                   share_column("top_20", "of the total: the best 20 %"),
                   integer_column("for_50", "customers who bring half of the total"),
                   integer_column("for_80", "customers who bring 80 %"),
                   integer_column("for_95", "customers who bring 95 %"),
                   number_column("gini", 8, "0: all bring the same; 1: one brings everything"),
                   integer_column("a", "customers of class A, who bring the first 80 %"),
                   integer_column("b", "customers of class B, up to 95 %"),
                   integer_column("c", "customers of class C, the others"),
                   currency_column()};
    out.notes = data.notes;
    for (const Purchases& purchases : data.currencies) {
        const insight::Concentration c =
            insight::concentration(amounts_of(by_amount(purchases, request, out.notes)));
        if (c.customers == 0)
            continue;
        out.rows.push_back({c.customers, money(c.total, purchases.currency), decimals(c.top_1, 6),
                            decimals(c.top_5, 6), decimals(c.top_10, 6), decimals(c.top_20, 6),
                            c.for_50, c.for_80, c.for_95, decimals(c.gini, 8), c.for_80,
                            c.for_95 - c.for_80, c.customers - c.for_95,
                            currency_value(purchases)});
    }
    return out;
}

report::Result abc_report(const PurchaseData& data, const Request& request) {
    report::Result out;
    out.columns = {customer_column(request),
                   money_column("revenue", "what the customer brought"),
                   share_column("share", "of the total"),
                   share_column("cumulative", "of the total, with all before"),
                   text_column("class", "A: the first 80 % of the total, B: up to 95 %, C"),
                   currency_column()};
    out.notes = data.notes;
    for (const Purchases& purchases : data.currencies) {
        const std::vector<History> customers = by_amount(purchases, request, out.notes);
        const std::vector<std::int64_t> amounts = amounts_of(customers);
        const auto first_b = static_cast<std::size_t>(insight::customers_for(amounts, 80));
        const auto first_c = static_cast<std::size_t>(insight::customers_for(amounts, 95));
        double total = 0;
        for (const std::int64_t amount : amounts)
            total += static_cast<double>(amount);
        double sum = 0;
        for (std::size_t i = 0; i < customers.size(); ++i) {
            const auto amount = static_cast<double>(customers[i].amount);
            sum += amount;
            add_customer_row(out, purchases.customers[customers[i].customer],
                             {money(customers[i].amount, purchases.currency), share(amount, total),
                              share(sum, total),
                              std::string(i < first_b   ? "A"
                                          : i < first_c ? "B"
                                                        : "C"),
                              currency_value(purchases)});
        }
    }
    return out;
}

}  // namespace crm::value
