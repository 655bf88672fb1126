#include "insight/proportions.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace crm::insight {
namespace {

constexpr double least_expected = 5;

double log_choose(std::int64_t of, std::int64_t some) {
    const auto log_factorial = [](std::int64_t n) {
        return std::lgamma(static_cast<double>(n) + 1);
    };
    return log_factorial(of) - log_factorial(some) - log_factorial(of - some);
}

/// The sum of the chances of all tables with these margins that are no more likely than this one.
double fisher_p(const Proportion& one, const Proportion& other) {
    const std::int64_t reached = one.reached + other.reached, cases = one.cases + other.cases;
    const double all = log_choose(cases, reached);
    const auto log_chance = [&](std::int64_t of_one) {
        return log_choose(one.cases, of_one) + log_choose(other.cases, reached - of_one) - all;
    };
    constexpr double rounding = 1e-7;
    const double seen = log_chance(one.reached) + rounding;
    double out = 0;
    const std::int64_t last = std::min(one.cases, reached);
    for (std::int64_t k = std::max<std::int64_t>(0, reached - other.cases); k <= last; ++k)
        if (const double chance = log_chance(k); chance <= seen)
            out += std::exp(chance);
    return std::min(out, 1.0);
}

}  // namespace

double equal_rates_p(const Proportion& one, const Proportion& other) {
    if (one.cases == 0 || other.cases == 0)
        return 1;
    const double n = static_cast<double>(one.cases), m = static_cast<double>(other.cases);
    const double pooled = static_cast<double>(one.reached + other.reached) / (n + m);
    const double fewest = std::min(n, m) * std::min(pooled, 1 - pooled);
    if (fewest < least_expected)
        return fisher_p(one, other);
    const double error = std::sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
    const double z = std::abs(one.rate() - other.rate()) / error;
    return std::erfc(z / std::numbers::sqrt2);
}

}  // namespace crm::insight
