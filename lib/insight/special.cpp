#include "insight/special.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace crm::insight {

double digamma(double x) {
    double out = 0;
    for (; x < 10; ++x)
        out -= 1 / x;
    const double y = 1 / (x * x);
    const double series =
        y *
        (1.0 / 12 -
         y * (1.0 / 120 - y * (1.0 / 252 - y * (1.0 / 240 - y * (1.0 / 132 - y * 691 / 32760)))));
    return out + std::log(x) - 0.5 / x - series;
}

double trigamma(double x) {
    double out = 0;
    for (; x < 10; ++x)
        out += 1 / (x * x);
    const double y = 1 / (x * x);
    const double series =
        1.0 / 6 -
        y * (1.0 / 30 - y * (1.0 / 42 - y * (1.0 / 30 - y * (5.0 / 66 - y * 691 / 2730))));
    return out + 1 / x + y / 2 + y / x * series;
}

std::pair<double, double> wilson_interval(std::int64_t count, std::int64_t total) {
    if (total <= 0)
        return {0, 1};
    const double z = 1.959963984540054;
    const auto n = static_cast<double>(total);
    const double share = static_cast<double>(count) / n;
    const double middle = share + z * z / (2 * n);
    const double half = z * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    const double scale = 1 + z * z / n;
    return {count == 0 ? 0 : (middle - half) / scale, count == total ? 1 : (middle + half) / scale};
}

FisherTest::FisherTest(std::int64_t total)
    : total_(total), log_factorial_(static_cast<std::size_t>(total) + 1) {
    for (std::size_t i = 1; i < log_factorial_.size(); ++i)
        log_factorial_[i] = log_factorial_[i - 1] + std::log(static_cast<double>(i));
}

double FisherTest::log_choose(std::int64_t n, std::int64_t k) const {
    return log_factorial_[static_cast<std::size_t>(n)] -
           log_factorial_[static_cast<std::size_t>(k)] -
           log_factorial_[static_cast<std::size_t>(n - k)];
}

double FisherTest::operator()(std::int64_t first, std::int64_t second, std::int64_t both) const {
    const std::int64_t most = std::min(first, second);
    const std::int64_t least = std::max<std::int64_t>(0, first + second - total_);
    if (both <= least)
        return 1;
    if (both > most)
        return 0;
    // Terms fall on both sides of their largest one. The tail away from it is summed: each term is
    // the one before times a ratio of whole numbers.
    const auto n = static_cast<double>(total_);
    const auto a = static_cast<double>(first);
    const auto b = static_cast<double>(second);
    const auto up = [&](double k) { return (a - k) * (b - k) / ((k + 1) * (n - a - b + k + 1)); };
    const auto mode = static_cast<std::int64_t>((a + 1) * (b + 1) / (n + 2));
    const bool upper = both > mode;
    std::int64_t k = upper ? both : both - 1;
    double term = std::exp(log_choose(first, k) + log_choose(total_ - first, second - k) -
                           log_choose(total_, second));
    double sum = 0;
    for (; k >= least && k <= most && term > sum * 1e-17; k += upper ? 1 : -1) {
        sum += term;
        const auto at = static_cast<double>(k);
        term = upper ? term * up(at) : term / up(at - 1);
    }
    return std::clamp(upper ? sum : 1 - sum, 0.0, 1.0);
}

std::vector<double> holm(const std::vector<double>& probabilities) {
    std::vector<std::size_t> order(probabilities.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return probabilities[i]; });
    std::vector<double> out(probabilities.size());
    double highest = 0;
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
        const auto tests = static_cast<double>(order.size() - rank);
        highest = std::max(highest, std::min(1.0, tests * probabilities[order[rank]]));
        out[order[rank]] = highest;
    }
    return out;
}

}  // namespace crm::insight
