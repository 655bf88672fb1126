#include "value/cohorts.hpp"

#include "base/error.hpp"
#include "value/lifetime.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace crm::value {
namespace {

/// Months since year 0.
int month_of(std::int32_t days) {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    Date{days}.civil(year, month, day);
    return year * 12 + static_cast<int>(month) - 1;
}

std::string month_text(int month) {
    return fmt::format("{:04}-{:02}", month / 12, month % 12 + 1);
}

struct Cohort {
    std::int64_t customers = 0;
    std::map<int, std::int64_t> active, revenue;  ///< by months since the first
};

/// A file may have a first purchase in each month since the year 1: rows are as many as months
/// times months.
void check_size(const std::map<int, Cohort>& cohorts, int last, std::size_t rows) {
    constexpr std::size_t most = 1'000'000;
    for (const auto& [at, cohort] : cohorts)
        rows += static_cast<std::size_t>(std::max(0, last - at + 1));
    if (rows > most)
        throw Error(Fault::refused, "too_big",
                    fmt::format("the report would have {} rows; at most {} are made", rows, most),
                    "-p 'last 5 years'");
}

struct Gap {
    std::int64_t silent;          ///< days since the last purchase
    std::optional<double> usual;  ///< days from purchase to purchase
};

Gap gap_of(const History& history, const Request& request) {
    Gap out{request.as_of.days - history.last, std::nullopt};
    std::vector<int> gaps;
    for (std::size_t i = 1; i < history.days.size(); ++i)
        gaps.push_back(history.days[i] - history.days[i - 1]);
    std::ranges::sort(gaps);
    const std::size_t half = gaps.size() / 2;
    if (!gaps.empty())
        out.usual = gaps.size() % 2 == 1 ? gaps[half] : (gaps[half - 1] + gaps[half]) / 2.0;
    return out;
}

constexpr std::array<std::string_view, 4> states = {"Active", "Slipping", "Lost", "No Repeat Yet"};

std::string_view state_of(const Gap& gap, std::optional<double> alive) {
    if (!gap.usual)
        return states[3];
    if (alive && *alive < .2)
        return states[2];
    return static_cast<double>(gap.silent) > 2 * *gap.usual ? states[1] : states[0];
}

struct ChurnRow {
    const History* history;
    Gap gap;
    std::optional<double> alive;
    std::string_view state;
};

std::vector<ChurnRow> churn_rows(const Purchases& purchases, const std::vector<History>& customers,
                                 const Request& request, std::vector<std::string>& notes) {
    const LifetimeModel model = lifetime_model(buyers_of(purchases, request.as_of.days), request);
    if (!model.purchases)
        notes.insert(notes.end(), model.notes.begin(), model.notes.end());
    std::vector<ChurnRow> out;
    for (std::size_t i = 0; i < customers.size(); ++i) {
        ChurnRow row{&customers[i], gap_of(customers[i], request), std::nullopt, {}};
        if (model.purchases && row.gap.usual)
            row.alive = model.purchases->model.alive(model.buyers[i].buyer);
        row.state = state_of(row.gap, row.alive);
        out.push_back(row);
    }
    return out;
}

report::Result churn_by_state(const PurchaseData& data, const Request& request) {
    report::Result out;
    report::Column state = text_column("state", "what the customer's silence says");
    state.group = true;
    out.columns = {state, integer_column("customers", "how many there are"),
                   share_column("share", "of all customers"),
                   money_column("revenue", "what they have bought for"), currency_column()};
    out.notes = data.notes;
    for (const Purchases& purchases : data.currencies) {
        const auto customers = histories(purchases, request.as_of.days);
        const auto rows = churn_rows(purchases, customers, request, out.notes);
        for (const std::string_view name : states) {
            std::int64_t count = 0;
            std::int64_t revenue = 0;
            for (const ChurnRow& row : rows)
                if (row.state == name) {
                    ++count;
                    revenue += row.history->amount;
                }
            if (count > 0)
                out.rows.push_back(
                    {std::string(name), count,
                     share(static_cast<double>(count), static_cast<double>(rows.size())),
                     money(revenue, purchases.currency), currency_value(purchases)});
        }
    }
    return out;
}

}  // namespace

report::Result cohorts_report(const PurchaseData& data, const Request& request) {
    report::Result out;
    report::Column cohort{.name = "cohort",
                          .type = report::ColumnType::month,
                          .group = true,
                          .help = "month of the first purchase"};
    report::Column month = integer_column("month", "months since then");
    month.group = true;
    out.columns = {cohort,
                   month,
                   integer_column("customers", "of the cohort"),
                   integer_column("active", "who bought in that month"),
                   share_column("active_share", "of the cohort"),
                   money_column("revenue", "what they bought for"),
                   currency_column()};
    out.notes = data.notes;
    for (const Purchases& purchases : data.currencies) {
        std::map<int, Cohort> cohorts;
        std::vector<int> first(purchases.customers.size(), -1);
        std::vector<int> seen(purchases.customers.size(), -1);
        int last = 0;
        for (const Purchase& purchase : purchases.purchases) {
            const int at = month_of(purchase.day);
            last = std::max(last, at);
            const std::uint32_t customer = purchase.customer;
            if (first[customer] < 0) {
                first[customer] = at;
                ++cohorts[at].customers;
            }
            Cohort& own = cohorts[first[customer]];
            const int since = at - first[customer];
            own.active[since] += seen[customer] != at ? 1 : 0;
            seen[customer] = at;
            own.revenue[since] += purchase.amount;
        }
        // A file ends with its last purchase, the database goes on to the present day.
        if (!data.from_file)
            last = month_of(request.as_of.days);
        check_size(cohorts, last, out.rows.size());
        for (auto& [at, own] : cohorts)
            for (int since = 0; since <= last - at; ++since)
                out.rows.push_back(
                    {month_text(at), std::int64_t{since}, own.customers, own.active[since],
                     share(static_cast<double>(own.active[since]),
                           static_cast<double>(own.customers)),
                     money(own.revenue[since], purchases.currency), currency_value(purchases)});
    }
    return out;
}

report::Result churn_report(const PurchaseData& data, const Request& request) {
    if (request.by == "state")
        return churn_by_state(data, request);
    if (!request.by.empty())
        throw Error(Fault::usage, "unknown_field",
                    fmt::format("churn cannot be grouped by '{}'", request.by), "--by state");
    report::Result out;
    out.columns = {
        customer_column(request),
        integer_column("repeats", "days with a purchase after the first"),
        {.name = "last", .type = report::ColumnType::date, .help = "day of the last purchase"},
        integer_column("silent", "days since then"),
        number_column("usual", 1, "median of the days from purchase to purchase"),
        number_column("alive", 6, "probability of being a customer still"),
        text_column("state",
                    "Active, Slipping (silent for more than twice the usual "
                    "days), Lost (alive below 0.2), No Repeat Yet")};
    out.notes = data.notes;
    for (const Purchases& purchases : data.currencies) {
        const auto customers = histories(purchases, request.as_of.days);
        for (const ChurnRow& row : churn_rows(purchases, customers, request, out.notes))
            add_customer_row(
                out, purchases.customers[row.history->customer],
                {static_cast<std::int64_t>(row.history->days.size()) - 1,
                 Date{row.history->last}.iso(), row.gap.silent, decimals(row.gap.usual, 1),
                 decimals(row.alive, 6), std::string(row.state)});
    }
    return out;
}

}  // namespace crm::value
