#pragma once

#include <cstdint>
#include <utility>
#include <vector>

/// Special functions and tests of statistics.
namespace crm::insight {

/// The first and the second derivative of ln Γ at x > 0: recurrence to 10, then the asymptotic
/// series (DLMF 5.11.2 and 5.15.8).
double digamma(double x);
double trigamma(double x);

/// The 95 % interval of a share of `count` in `total` (Wilson 1927, JASA 22). Both are shares;
/// 0 and 1 where the total is 0.
std::pair<double, double> wilson_interval(std::int64_t count, std::int64_t total);

/// Fisher's exact test, one-sided: how likely it is that of `total` baskets, `first` of which have
/// one thing and `second` the other, `both` or more have both by chance. The logarithms of the
/// factorials up to the total are tabulated once.
class FisherTest {
public:
    explicit FisherTest(std::int64_t total);
    double operator()(std::int64_t first, std::int64_t second, std::int64_t both) const;

private:
    double log_choose(std::int64_t n, std::int64_t k) const;
    std::int64_t total_;
    std::vector<double> log_factorial_;
};

/// The probabilities of several tests, corrected by Holm (1979, Scandinavian J. of Statistics 6),
/// in their order: an error anywhere among them is as likely as each says.
std::vector<double> holm(const std::vector<double>& probabilities);

}  // namespace crm::insight
