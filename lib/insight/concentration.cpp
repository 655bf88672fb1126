#include "insight/concentration.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace crm::insight {
namespace {

std::vector<std::size_t> by_value(std::span<const std::int64_t> values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return values[i]; });
    return order;
}

double sum_of(std::span<const std::int64_t> values) {
    double out = 0;
    for (const std::int64_t value : values)
        out += static_cast<double>(value);
    return out;
}

double top_share(std::span<const std::int64_t> descending, int percent, double total) {
    const std::size_t count = (descending.size() * static_cast<std::size_t>(percent) + 99) / 100;
    return sum_of(descending.first(count)) / total;
}

}  // namespace

std::vector<int> ntile(std::span<const std::int64_t> values, int groups) {
    const std::vector<std::size_t> order = by_value(values);
    const auto size = static_cast<std::size_t>(groups);
    const std::size_t small = order.size() / size;
    const std::size_t larger = order.size() % size;
    std::vector<int> out(values.size());
    std::size_t at = 0;
    for (std::size_t group = 0; group < size; ++group)
        for (std::size_t i = 0; i < small + (group < larger ? 1 : 0); ++i)
            out[order[at++]] = static_cast<int>(group) + 1;
    return out;
}

std::vector<int> quantile_scores(std::span<const std::int64_t> values, int groups) {
    std::vector<int> out(values.size(), 1);
    if (values.empty())
        return out;
    std::vector<std::int64_t> sorted(values.begin(), values.end());
    std::ranges::sort(sorted);
    std::vector<double> edges;
    for (int group = 1; group < groups; ++group) {
        const double at = static_cast<double>(sorted.size() - 1) * group / groups;
        const auto below = static_cast<std::size_t>(at);
        const std::size_t above = std::min(below + 1, sorted.size() - 1);
        const auto low = static_cast<double>(sorted[below]);
        edges.push_back(low + (at - static_cast<double>(below)) *
                                  (static_cast<double>(sorted[above]) - low));
    }
    for (std::size_t i = 0; i < values.size(); ++i)
        for (const double edge : edges)
            out[i] += edge < static_cast<double>(values[i]) ? 1 : 0;
    return out;
}

std::int64_t customers_for(std::span<const std::int64_t> descending, int percent) {
    const double needed = sum_of(descending) * percent / 100;
    double sum = 0;
    std::int64_t count = 0;
    for (const std::int64_t value : descending) {
        if (sum >= needed)
            break;
        sum += static_cast<double>(value);
        ++count;
    }
    return count;
}

Concentration concentration(std::span<const std::int64_t> descending) {
    Concentration out;
    if (descending.empty())
        return out;
    const auto n = static_cast<double>(descending.size());
    const double total = sum_of(descending);
    out.customers = static_cast<std::int64_t>(descending.size());
    out.total = std::accumulate(descending.begin(), descending.end(), std::int64_t{0});
    out.top_1 = top_share(descending, 1, total);
    out.top_5 = top_share(descending, 5, total);
    out.top_10 = top_share(descending, 10, total);
    out.top_20 = top_share(descending, 20, total);
    out.for_50 = customers_for(descending, 50);
    out.for_80 = customers_for(descending, 80);
    out.for_95 = customers_for(descending, 95);
    double weighted = 0;
    for (std::size_t i = 0; i < descending.size(); ++i)
        weighted += (n - 1 - 2 * static_cast<double>(i)) * static_cast<double>(descending[i]);
    out.gini = std::max(0.0, weighted / (n * total));
    return out;
}

}  // namespace crm::insight
