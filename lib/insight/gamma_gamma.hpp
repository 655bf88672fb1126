#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>

/// What customers spend on a purchase: the gamma-gamma model of Fader, Hardie and Lee (RFM and CLV,
/// Journal of Marketing Research 42, 2005; Hardie's note 025).
namespace crm::insight {

/// A customer who has bought again.
struct Spender {
    std::int64_t repeats = 0;  ///< x, above 0
    double average = 0;        ///< z: the mean of what the repeat purchases cost, above 0
};

struct GammaGamma {
    double p = 0, q = 0, v = 0;

    /// The mean that is to be expected of a customer (equation 5); for one without repeats that
    /// of all customers.
    double expected(std::int64_t repeats, double average) const;
};

struct GammaGammaFit {
    GammaGamma model;
    std::array<double, 3> standard_errors{};  ///< of p, q and v
    double log_likelihood = 0;
    std::int64_t customers = 0;
    int steps = 0;
};

/// The likeliest model (equation 1a), by Newton's method in the logarithms. A sentence where the
/// data have none: too few, all averages equal, or q of at most 1, with which the mean is infinite.
std::expected<GammaGammaFit, std::string> fit_gamma_gamma(std::span<const Spender> spenders);

}  // namespace crm::insight
