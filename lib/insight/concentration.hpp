#pragma once

#include <cstdint>
#include <span>
#include <vector>

/// Scores of ranks, and how much of a sum a few have.
namespace crm::insight {

/// The group of each value in its order, 1 for the worst: sorted by value and, among equal ones, by
/// place, into `groups` of equal size; where it does not divide, the first ones are one larger
/// (NTILE of SQL).
std::vector<int> ntile(std::span<const std::int64_t> values, int groups);

/// One more than the number of edges that are below the value. The edges are the quantiles at
/// 1/groups, 2/groups …, interpolated (type 7 of Hyndman and Fan 1996, The American Statistician
/// 50). Equal values have equal scores, so that some scores may not occur.
std::vector<int> quantile_scores(std::span<const std::int64_t> values, int groups);

/// How a sum is spread over customers; all values are above 0.
struct Concentration {
    std::int64_t customers = 0;
    std::int64_t total = 0;
    double top_1 = 0, top_5 = 0, top_10 = 0, top_20 = 0;  ///< share of the best per cents
    std::int64_t for_50 = 0, for_80 = 0, for_95 = 0;      ///< customers who bring these per cents
    double gini = 0;                                      ///< 0: all alike
};

/// `descending`: the values, the greatest first. The best p per cent of N are ceil(N p / 100).
Concentration concentration(std::span<const std::int64_t> descending);

/// How many of the first values reach so many per cent of the sum of all.
std::int64_t customers_for(std::span<const std::int64_t> descending, int percent);

}  // namespace crm::insight
