#include "value/segments.hpp"

#include "base/text.hpp"
#include "insight/concentration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace crm::value {
namespace {

constexpr std::string_view no_purchase = "No Purchase";

std::vector<int> scores_of(const std::vector<std::int64_t>& values, const Request& request) {
    return request.quantiles ? insight::quantile_scores(values, 5) : insight::ntile(values, 5);
}

std::string convention(const Request& request) {
    return fmt::format(
        "scores are {}; frequency counts {}",
        request.quantiles ? "quantiles: equal values have equal scores"
                          : "fifths of the customers: of equal values the lower id is scored lower",
        request.count_lines ? "lines" : "orders");
}

/// Scores that nobody has because many values are equal.
void note_missing_scores(const std::vector<Rfm>& rows, std::vector<std::string>& notes) {
    const std::pair<std::string_view, int Rfm::*> kinds[] = {
        {"recency", &Rfm::r}, {"frequency", &Rfm::f}, {"monetary", &Rfm::m}};
    for (const auto& [name, score] : kinds) {
        std::vector<std::string> missing;
        for (int i = 1; i <= 5; ++i)
            if (std::ranges::find(rows, i, score) == rows.end())
                missing.push_back(std::to_string(i));
        if (!missing.empty() && !rows.empty())
            notes.push_back(
                fmt::format("no customer has a {} score of {}", name, text::joined(missing, ", ")));
    }
}

/// Half up.
std::int64_t mean(std::int64_t sum, std::int64_t count) {
    return (2 * sum + count) / (2 * count);
}

struct SegmentTotal {
    std::int64_t customers = 0;
    std::int64_t revenue = 0;
};

}  // namespace

std::string_view segment_of(int recency, int frequency) {
    if (recency == 5)
        return frequency >= 4 ? "Champions" : frequency == 1 ? "New" : "Potential Loyalists";
    if (recency >= 3 && frequency >= 4)
        return "Loyal";
    if (recency == 4)
        return frequency == 1 ? "Promising" : "Potential Loyalists";
    if (recency == 3)
        return frequency == 3 ? "Need Attention" : "About to Sleep";
    if (frequency == 5)
        return "Can't Lose";
    return frequency >= 3 ? "At Risk" : "Hibernating";
}

std::vector<Rfm> rfm_of(const Purchases& purchases, const Request& request) {
    std::vector<Rfm> out;
    std::vector<std::int64_t> recency, frequency, amounts;
    for (const History& history : histories(purchases, request.as_of.days)) {
        Rfm row{.customer = history.customer,
                .days = request.as_of.days - history.last,
                .frequency = request.count_lines ? history.lines : history.orders,
                .amount = history.amount};
        recency.push_back(-row.days);
        frequency.push_back(row.frequency);
        amounts.push_back(row.amount);
        out.push_back(row);
    }
    const std::vector<int> r = scores_of(recency, request);
    const std::vector<int> f = scores_of(frequency, request);
    const std::vector<int> m = scores_of(amounts, request);
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i].r = r[i];
        out[i].f = f[i];
        out[i].m = m[i];
        out[i].segment = segment_of(r[i], f[i]);
    }
    return out;
}

report::Result rfm_report(const PurchaseData& data, const Request& request) {
    report::Result out;
    out.columns = {customer_column(request),
                   integer_column("recency", "days since the last purchase"),
                   integer_column("frequency", "how often the customer has bought"),
                   money_column("monetary", "what the purchases were worth"),
                   integer_column("r", "score of recency, 5 is best"),
                   integer_column("f", "score of frequency, 5 is best"),
                   integer_column("m", "score of monetary, 5 is best"),
                   text_column("segment", "group by the scores of recency and frequency"),
                   currency_column()};
    out.notes = data.notes;
    if (!data.currencies.empty())
        out.notes.push_back(convention(request));
    for (const Purchases& purchases : data.currencies) {
        const std::vector<Rfm> rows = rfm_of(purchases, request);
        note_missing_scores(rows, out.notes);
        for (const Rfm& row : rows)
            add_customer_row(out, purchases.customers[row.customer],
                             {row.days, row.frequency, money(row.amount, purchases.currency),
                              std::int64_t{row.r}, std::int64_t{row.f}, std::int64_t{row.m},
                              std::string(row.segment), currency_value(purchases)});
    }
    return out;
}

report::Result rfm_segments_report(const PurchaseData& data, const Request& request) {
    report::Result out;
    report::Column segment = text_column("segment", "group by the scores of recency and frequency");
    segment.group = true;
    report::Column customers = integer_column("customers", "how many there are");
    customers.charted = true;
    out.columns = {segment,
                   customers,
                   share_column("share", "of all customers"),
                   money_column("revenue", "what their purchases were worth"),
                   share_column("revenue_share", "of all revenue"),
                   money_column("mean", "revenue of a customer"),
                   currency_column()};
    out.notes = data.notes;
    if (!data.currencies.empty())
        out.notes.push_back(convention(request));
    for (const Purchases& purchases : data.currencies) {
        const std::vector<Rfm> rows = rfm_of(purchases, request);
        note_missing_scores(rows, out.notes);
        std::map<std::string_view, SegmentTotal> totals;
        SegmentTotal all;
        for (const Rfm& row : rows)
            for (SegmentTotal* total : {&totals[row.segment], &all}) {
                ++total->customers;
                total->revenue += row.amount;
            }
        for (const std::string_view name : segments) {
            const SegmentTotal total = totals[name];
            if (total.customers == 0)
                continue;
            out.rows.push_back(
                {std::string(name), total.customers,
                 share(static_cast<double>(total.customers), static_cast<double>(all.customers)),
                 money(total.revenue, purchases.currency),
                 share(static_cast<double>(total.revenue), static_cast<double>(all.revenue)),
                 money(mean(total.revenue, total.customers), purchases.currency),
                 currency_value(purchases)});
        }
    }
    return out;
}

report::Result migration_report(const PurchaseData& before, const PurchaseData& now,
                                const Request& request) {
    report::Result out;
    report::Column from = text_column("from", "segment in the earlier period");
    report::Column to = text_column("to", "segment in the later period");
    from.group = to.group = true;
    out.columns = {from, to, integer_column("customers", "how many there are"),
                   money_column("revenue", "what they bought for in the later period"),
                   currency_column()};
    out.notes = now.notes;
    struct Move {
        std::string_view from = no_purchase, to = no_purchase;
        std::int64_t revenue = 0;
    };
    std::set<std::string> currencies;
    for (const PurchaseData* data : {&before, &now})
        for (const Purchases& purchases : data->currencies)
            currencies.insert(purchases.currency);
    for (const std::string& currency : currencies) {
        std::map<std::string, Move> moves;
        Request earlier = request;
        earlier.as_of = request.against->last.value_or(request.as_of);
        for (const Purchases& purchases : before.currencies)
            if (purchases.currency == currency)
                for (const Rfm& row : rfm_of(purchases, earlier))
                    moves[purchases.customers[row.customer].id].from = row.segment;
        Request later = request;
        later.as_of = std::min(request.period.last.value_or(request.as_of), request.as_of);
        for (const Purchases& purchases : now.currencies)
            if (purchases.currency == currency)
                for (const Rfm& row : rfm_of(purchases, later)) {
                    Move& move = moves[purchases.customers[row.customer].id];
                    move.to = row.segment;
                    move.revenue = row.amount;
                }
        const auto place = [](std::string_view name) {
            return std::ranges::find(segments, name) - segments.begin();
        };
        std::map<std::pair<std::ptrdiff_t, std::ptrdiff_t>, SegmentTotal> totals;
        for (const auto& [id, move] : moves) {
            SegmentTotal& total = totals[{place(move.from), place(move.to)}];
            ++total.customers;
            total.revenue += move.revenue;
        }
        const auto name = [](std::ptrdiff_t at) {
            const auto i = static_cast<std::size_t>(at);
            return std::string(i < segments.size() ? segments[i] : no_purchase);
        };
        for (const auto& [pair, total] : totals)
            out.rows.push_back({name(pair.first), name(pair.second), total.customers,
                                money(total.revenue, currency),
                                currency.empty() ? Value() : Value(currency)});
    }
    return out;
}

}  // namespace crm::value
