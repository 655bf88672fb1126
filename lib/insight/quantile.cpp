#include "insight/quantile.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace crm::insight {

std::optional<double> quantile(std::vector<double> values, double part) {
    if (values.empty())
        return {};
    std::ranges::sort(values);
    const double place = static_cast<double>(values.size() - 1) * part;
    const auto below = static_cast<std::size_t>(std::floor(place));
    const std::size_t above = std::min(below + 1, values.size() - 1);
    const double rest = place - std::floor(place);
    return values[below] + rest * (values[above] - values[below]);
}

}  // namespace crm::insight
