#pragma once

#include "value/request.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

/// Customers by recency, frequency and monetary value (RFM).
namespace crm::value {

/// The ten segments, the best first.
inline constexpr std::array<std::string_view, 10> segments = {
    "Champions",      "Loyal",   "Potential Loyalists", "New",        "Promising", "Need Attention",
    "About to Sleep", "At Risk", "Can't Lose",          "Hibernating"};

/// The segment of the scores of recency and frequency, from 1 to 5.
std::string_view segment_of(int recency, int frequency);

struct Rfm {
    std::uint32_t customer = 0;
    std::int64_t days = 0;       ///< since the last purchase
    std::int64_t frequency = 0;  ///< orders or lines
    std::int64_t amount = 0;     ///< minor units
    int r = 0, f = 0, m = 0;     ///< 5 is best
    std::string_view segment;
};

/// The customers who have bought up to the day of the request, in their order.
std::vector<Rfm> rfm_of(const Purchases& purchases, const Request& request);

report::Result rfm_report(const PurchaseData& data, const Request& request);
report::Result rfm_segments_report(const PurchaseData& data, const Request& request);
/// `before`, `now`: the purchases of the two periods.
report::Result migration_report(const PurchaseData& before, const PurchaseData& now,
                                const Request& request);

}  // namespace crm::value
