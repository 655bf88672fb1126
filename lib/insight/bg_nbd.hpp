#pragma once

#include "base/error.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// How often customers will buy again: the BG/NBD model of Fader, Hardie and Lee ("Counting Your
/// Customers" the Easy Way, Marketing Science 24(2), 2005).
namespace crm::insight {

/// What is known of a customer. Weeks; the first purchase is at 0.
struct Buyer {
    std::int64_t repeats = 0;  ///< x: purchases after the first
    double last = 0;           ///< t_x: when the last one was; 0 without repeats
    double age = 0;            ///< T: how long the customer has been known
};

/// r and alpha: the gamma distribution of how often customers buy. a and b: the beta distribution
/// of how likely one leaves after a purchase.
struct BgNbd {
    double r = 0, alpha = 0, a = 0, b = 0;

    /// Purchases to be expected of a buyer in the next `weeks` (equation 10). The hypergeometric
    /// function is summed after Euler's transformation (DLMF 15.8.1), in which nothing overflows
    /// and nothing is special at a = 1 and a + b = 1. Nothing where the sum does not settle.
    std::optional<double> expected(const Buyer& buyer, double weeks) const;
    /// Purchases to be expected of a new customer (equation 9).
    std::optional<double> expected_of_new(double weeks) const { return expected({}, weeks); }
    /// The probability that a buyer is still a customer; 1 without repeats, which says nothing.
    double alive(const Buyer& buyer) const;
};

struct BgNbdFit {
    BgNbd model;
    std::array<double, 4> standard_errors{};  ///< of r, alpha, a and b
    double log_likelihood = 0;
    int steps = 0;
};

/// The log-likelihood of the model (section 4 of the paper).
double log_likelihood(const BgNbd& model, std::span<const Buyer> buyers);

/// The likeliest model, by Newton's method in the logarithms of the parameters, from 1, 1, 1, 1.
/// A text where there is none: a sentence that says what is missing. At least `repeaters_needed`
/// have bought again, and not all of them equally often.
std::expected<BgNbdFit, std::string> fit_bg_nbd(std::span<const Buyer> buyers);
inline constexpr std::int64_t repeaters_needed = 10;

}  // namespace crm::insight
