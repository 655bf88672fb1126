#pragma once

#include <optional>
#include <vector>

namespace crm::insight {

/// The quantile of type 7 of Hyndman and Fan (Sample Quantiles in Statistical Packages, 1996): the
/// value at the place (n - 1) * part of the sorted values, counted from 0, between two of them in
/// proportion. `part` is 0 to 1: .5 is the median. Nothing without values.
std::optional<double> quantile(std::vector<double> values, double part);

}  // namespace crm::insight
