#include "value/customer_scores.hpp"

#include "base/money.hpp"
#include "value/clusters.hpp"
#include "value/lifetime.hpp"
#include "value/segments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace crm::value {
namespace {

/// The largest amount that is written: 15 digits.
constexpr double largest_amount = 1e15;

void add_lifetime(CustomerScores& out, const Purchases& purchases, const Request& request) {
    const LifetimeModel model = lifetime_model(buyers_of(purchases, request.as_of.days), request);
    out.notes.insert(out.notes.end(), model.notes.begin(), model.notes.end());
    if (!model.purchases)
        return;
    std::unordered_map<std::string_view, const BuyerRow*> rows;
    for (const BuyerRow& row : model.buyers)
        rows.emplace(purchases.customers[row.customer].id, &row);
    const double minor = std::pow(10.0, minor_digits(purchases.currency));
    for (CustomerScore& score : out.customers) {
        const auto found = rows.find(score.customer.id);
        if (found == rows.end())
            continue;
        const BuyerRow& row = *found->second;
        if (row.buyer.repeats > 0)
            score.alive = std::llround(100 * model.purchases->model.alive(row.buyer));
        const auto value = model.value(row, request.months, request.discount);
        if (value && std::abs(*value * minor) < largest_amount)
            score.clv = std::llround(*value * minor);
    }
}

void add_clusters(CustomerScores& out, const Purchases& purchases, const Request& request) {
    const report::Result clusters =
        clusters_report({figures_of_purchases(purchases, request)}, request);
    out.notes.insert(out.notes.end(), clusters.notes.begin(), clusters.notes.end());
    std::unordered_map<std::string_view, std::int64_t> numbers;
    for (std::size_t row = 0; row < clusters.rows.size(); ++row)
        numbers.emplace(clusters.ids[row][0], std::get<std::int64_t>(clusters.rows[row][1]));
    for (CustomerScore& score : out.customers)
        if (const auto found = numbers.find(score.customer.id); found != numbers.end())
            score.cluster = found->second;
}

Value number(std::optional<std::int64_t> of) {
    return of ? Value(*of) : Value();
}

}  // namespace

CustomerScores customer_scores(const PurchaseData& data, const Request& request) {
    CustomerScores out;
    out.notes = data.notes;
    if (data.currencies.empty()) {
        out.notes.emplace_back("no purchases were found");
        return out;
    }
    const Purchases& purchases = data.currencies.front();
    out.currency = purchases.currency;
    for (const Rfm& row : rfm_of(purchases, request))
        out.customers.push_back({.customer = purchases.customers[row.customer],
                                 .recency = row.days,
                                 .frequency = row.frequency,
                                 .monetary = row.amount,
                                 .rfm = fmt::format("{}{}{}", row.r, row.f, row.m),
                                 .segment = row.segment});
    add_lifetime(out, purchases, request);
    add_clusters(out, purchases, request);
    return out;
}

void put_scores(store::Record& record, const CustomerScore* score, const std::string& currency,
                const std::string& now) {
    const store::Record before = record;
    const auto put = [&](std::string_view field, std::vector<Value> values) {
        record.put(*record.entity->find(field), std::move(values));
    };
    const auto text = [](std::string_view of) {
        return of.empty() ? Value() : Value(std::string(of));
    };
    put("rfm", {text(score != nullptr ? score->rfm : "")});
    put("rfm_segment", {text(score != nullptr ? score->segment : "")});
    const bool has_value = score != nullptr && score->clv;
    put("clv", {has_value ? Value(*score->clv) : Value(), text(has_value ? currency : "")});
    put("alive", {number(score != nullptr ? score->alive : std::nullopt)});
    put("cluster", {number(score != nullptr ? score->cluster : std::nullopt)});
    if (record.cells != before.cells)
        put("scored_at", {text(score != nullptr ? now : "")});
}

}  // namespace crm::value
