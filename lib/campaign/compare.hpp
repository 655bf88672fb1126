#pragma once

#include "insight/proportions.hpp"
#include "store/record.hpp"
#include "store/store.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crm::campaign {

/// How one variant did.
struct VariantResult {
    std::string variant;
    insight::Proportion reached;
    std::pair<double, double> interval;  ///< of the rate, 95 %
    std::optional<double> p{};           ///< against the best; nothing for the best
    std::string verdict{};
};

/// The variants of a campaign by how many of those who had it got to a rank, or have a mark. Each
/// is compared with the best; p is multiplied by the number of comparisons (Bonferroni).
std::vector<VariantResult> compare(store::Store& store, const store::Record& campaign,
                                   std::string_view status);

/// The same of figures: fills p and verdict.
void judge(std::vector<VariantResult>& results);

}  // namespace crm::campaign
