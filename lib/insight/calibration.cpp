#include "insight/calibration.hpp"

#include "insight/logistic.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace crm::insight {
namespace {

std::vector<std::size_t> ascending(std::span<const double> numbers) {
    std::vector<std::size_t> order(numbers.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return numbers[i]; });
    return order;
}

double within(double probability) {
    return std::clamp(probability, 1e-15, 1 - 1e-15);
}

double log_odds(double probability) {
    return std::log(within(probability)) - std::log1p(-within(probability));
}

}  // namespace

std::optional<double> auc(std::span<const double> scores, const std::vector<bool>& outcomes) {
    const std::vector<std::size_t> order = ascending(scores);
    double ranks = 0;
    double positives = 0;
    for (std::size_t begin = 0; begin < order.size();) {
        std::size_t end = begin;
        while (end < order.size() && scores[order[end]] == scores[order[begin]])
            ++end;
        const double rank = static_cast<double>(begin + end + 1) / 2;
        for (; begin < end; ++begin)
            if (outcomes[order[begin]]) {
                ranks += rank;
                ++positives;
            }
    }
    const double negatives = static_cast<double>(scores.size()) - positives;
    if (positives == 0 || negatives == 0)
        return std::nullopt;
    return (ranks - positives * (positives + 1) / 2) / (positives * negatives);
}

std::pair<double, double> auc_interval(double auc, std::size_t positives, std::size_t negatives) {
    const auto yes = static_cast<double>(positives);
    const auto no = static_cast<double>(negatives);
    const double first = auc / (2 - auc);
    const double second = 2 * auc * auc / (1 + auc);
    const double variance =
        (auc * (1 - auc) + (yes - 1) * (first - auc * auc) + (no - 1) * (second - auc * auc)) /
        (yes * no);
    const double half = 1.959963984540054 * std::sqrt(std::max(0.0, variance));
    return {std::max(0.0, auc - half), std::min(1.0, auc + half)};
}

double log_loss(std::span<const double> probabilities, const std::vector<bool>& outcomes) {
    double sum = 0;
    for (std::size_t i = 0; i < probabilities.size(); ++i) {
        const double p = within(probabilities[i]);
        sum -= outcomes[i] ? std::log(p) : std::log1p(-p);
    }
    return sum / static_cast<double>(probabilities.size());
}

double brier(std::span<const double> probabilities, const std::vector<bool>& outcomes) {
    double sum = 0;
    for (std::size_t i = 0; i < probabilities.size(); ++i) {
        const double miss = probabilities[i] - (outcomes[i] ? 1 : 0);
        sum += miss * miss;
    }
    return sum / static_cast<double>(probabilities.size());
}

double calibration_error(std::span<const double> probabilities, const std::vector<bool>& outcomes) {
    const std::vector<std::size_t> order = ascending(probabilities);
    const std::size_t n = order.size();
    double sum = 0;
    for (std::size_t bin = 0; bin < 10; ++bin) {
        double difference = 0;
        for (std::size_t i = n * bin / 10; i < n * (bin + 1) / 10; ++i)
            difference += probabilities[order[i]] - (outcomes[order[i]] ? 1 : 0);
        sum += std::abs(difference);
    }
    return sum / static_cast<double>(n);
}

double CalibrationLine::corrected(double probability) const {
    return sigmoid(intercept + slope * log_odds(probability));
}

std::optional<CalibrationLine> calibration_line(std::span<const double> probabilities,
                                                const std::vector<bool>& outcomes) {
    SparseRows rows(1);
    for (const double probability : probabilities) {
        rows.add(0, log_odds(probability));
        rows.end_row();
    }
    const auto fit = fit_logistic(rows, outcomes, {.penalty = 0});
    if (!fit)
        return std::nullopt;
    return CalibrationLine{fit->weights[0], fit->intercept};
}

IsotonicCorrection::IsotonicCorrection(std::span<const double> probabilities,
                                       const std::vector<bool>& outcomes) {
    std::vector<double> sizes;
    for (const std::size_t i : ascending(probabilities)) {
        from_.push_back(probabilities[i]);
        share_.push_back(outcomes[i] ? 1 : 0);
        sizes.push_back(1);
        // Equal probabilities are one step; a step that would fall joins the one before it.
        while (sizes.size() > 1) {
            const std::size_t last = sizes.size() - 1;
            if (share_[last - 1] < share_[last] && from_[last - 1] < from_[last])
                break;
            const double both = sizes[last - 1] + sizes[last];
            share_[last - 1] =
                (share_[last - 1] * sizes[last - 1] + share_[last] * sizes[last]) / both;
            sizes[last - 1] = both;
            from_.pop_back();
            share_.pop_back();
            sizes.pop_back();
        }
    }
}

double IsotonicCorrection::corrected(double probability) const {
    const auto above = std::ranges::upper_bound(from_, probability);
    if (share_.empty())
        return probability;
    const auto at = above == from_.begin() ? 0 : above - from_.begin() - 1;
    return share_[static_cast<std::size_t>(at)];
}

}  // namespace crm::insight
