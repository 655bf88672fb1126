#include "insight/bg_nbd.hpp"

#include "insight/newton.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace crm::insight {
namespace {

enum BgNbdParameter : std::size_t { at_r, at_alpha, at_a, at_b, bg_nbd_parameters };

using Derivatives = std::array<double, bg_nbd_parameters>;

/// ln(e^p + e^q), and the share of e^q in the sum.
struct LogSum {
    double value, share;
};

LogSum log_sum(double p, double q) {
    const double high = std::max(p, q);
    const double value = high + std::log(std::exp(p - high) + std::exp(q - high));
    return {value, std::exp(q - value)};
}

/// The log-likelihood and its derivatives by the parameters themselves.
class Likelihood {
public:
    Likelihood(const BgNbd& model, std::span<const std::int64_t> more_than)
        : m_(model), out_(bg_nbd_parameters) {
        add_counts(more_than);
    }

    void add(const Buyer& buyer) {
        const double n = m_.r + static_cast<double>(buyer.repeats);
        const double ended = m_.alpha + buyer.age;
        const Derivatives stays{-std::log(ended), -n / ended, 0, 0};
        out_.value += m_.r * std::log(m_.alpha);
        out_.gradient[at_r] += std::log(m_.alpha);
        out_.gradient[at_alpha] += m_.r / m_.alpha;
        out_.hessian.at(at_alpha, at_r) += 1 / m_.alpha;
        out_.hessian.at(at_alpha, at_alpha) -= m_.r / (m_.alpha * m_.alpha);
        if (buyer.repeats == 0) {
            out_.value -= n * std::log(ended);
            add_branch(1, stays, n, ended);
            return;
        }
        const double later = m_.b + static_cast<double>(buyer.repeats) - 1;
        const double bought = m_.alpha + buyer.last;
        const LogSum sum =
            log_sum(-n * std::log(ended), std::log(m_.a) - std::log(later) - n * std::log(bought));
        const Derivatives leaves{-std::log(bought), -n / bought, 1 / m_.a, -1 / later};
        out_.value += sum.value;
        add_branch(1 - sum.share, stays, n, ended);
        add_branch(sum.share, leaves, n, bought);
        out_.hessian.at(at_a, at_a) -= sum.share / (m_.a * m_.a);
        out_.hessian.at(at_b, at_b) += sum.share / (later * later);
        add_difference(sum.share * (1 - sum.share), stays, leaves);
    }

    Surface& surface() {
        out_.hessian.mirror();
        return out_;
    }

private:
    /// The gamma and beta functions of whole numbers of repeats are sums of logarithms. Each term
    /// is the same for all customers that have more than j repeats.
    void add_counts(std::span<const std::int64_t> more_than) {
        for (std::size_t j = 0; j < more_than.size(); ++j) {
            const auto count = static_cast<double>(more_than[j]);
            const double r = m_.r + static_cast<double>(j);
            const double b = m_.b + static_cast<double>(j);
            const double both = m_.a + b;
            out_.value += count * (std::log(r) + std::log(b) - std::log(both));
            out_.gradient[at_r] += count / r;
            out_.gradient[at_a] -= count / both;
            out_.gradient[at_b] += count / b - count / both;
            out_.hessian.at(at_r, at_r) -= count / (r * r);
            out_.hessian.at(at_a, at_a) += count / (both * both);
            out_.hessian.at(at_b, at_a) += count / (both * both);
            out_.hessian.at(at_b, at_b) += count / (both * both) - count / (b * b);
        }
    }

    void add_branch(double share, const Derivatives& by, double n, double time) {
        for (std::size_t i = 0; i < bg_nbd_parameters; ++i)
            out_.gradient[i] += share * by[i];
        out_.hessian.at(at_alpha, at_r) -= share / time;
        out_.hessian.at(at_alpha, at_alpha) += share * n / (time * time);
    }

    void add_difference(double weight, const Derivatives& p, const Derivatives& q) {
        for (std::size_t i = 0; i < bg_nbd_parameters; ++i)
            for (std::size_t j = 0; j <= i; ++j)
                out_.hessian.at(i, j) += weight * (q[i] - p[i]) * (q[j] - p[j]);
    }

    const BgNbd& m_;
    Surface out_;
};

/// How many buyers have more than j repeats, for each j.
std::vector<std::int64_t> counts_of(std::span<const Buyer> buyers) {
    std::int64_t most = 0;
    for (const Buyer& buyer : buyers)
        most = std::max(most, buyer.repeats);
    std::vector<std::int64_t> out(static_cast<std::size_t>(most));
    for (const Buyer& buyer : buyers)
        if (buyer.repeats > 0)
            ++out[static_cast<std::size_t>(buyer.repeats) - 1];
    for (std::size_t j = out.size(); j-- > 1;)
        out[j - 1] += out[j];
    return out;
}

/// By the logarithms of the parameters instead of the parameters.
void by_logarithms(Surface& surface, const Derivatives& at) {
    for (std::size_t i = 0; i < bg_nbd_parameters; ++i)
        for (std::size_t j = 0; j < bg_nbd_parameters; ++j)
            surface.hessian.at(i, j) *= at[i] * at[j];
    for (std::size_t i = 0; i < bg_nbd_parameters; ++i) {
        surface.gradient[i] *= at[i];
        surface.hessian.at(i, i) += surface.gradient[i];
    }
}

std::string missing_buyers(std::span<const Buyer> buyers) {
    const std::vector<std::int64_t> more_than = counts_of(buyers);
    const std::int64_t repeaters = more_than.empty() ? 0 : more_than[0];
    if (repeaters < repeaters_needed)
        return fmt::format("{} {} bought again; {} are needed for a model", repeaters,
                           repeaters == 1 ? "customer has" : "customers have", repeaters_needed);
    const bool alike = std::ranges::all_of(
        buyers, [&](const Buyer& buyer) { return buyer.repeats == buyers[0].repeats; });
    if (alike)
        return "all customers have bought equally often, which does not settle a model";
    return "";
}

}  // namespace

std::optional<double> BgNbd::expected(const Buyer& buyer, double weeks) const {
    const auto x = static_cast<double>(buyer.repeats);
    const double z = weeks / (alpha + buyer.age + weeks);
    const double remaining = std::log1p(-z);
    const double phi = a == 1 ? -remaining : -std::expm1((a - 1) * remaining) / (a - 1);
    double term = (a + b - 1 - r) * z;
    double sum = term;
    double largest = std::abs(term);
    int n = 1;
    for (constexpr int most = 1'000'000; std::abs(term) > 1e-17 * std::abs(sum); ++n) {
        if (n == most)
            return std::nullopt;
        term *= (a + b - 1 - r + n) * (a + n - 1) / ((a + b + x + n - 1) * (n + 1)) * z;
        sum += term;
        largest = std::max(largest, std::abs(term));
    }
    const double scale = std::exp((a - 1) * remaining);
    const double purchases = (a + b + x - 1) * phi - scale * sum;
    const double out = purchases * alive(buyer);
    // Where r is large the terms change their sign and may cancel each other.
    if (!std::isfinite(out) || 1e-16 * scale * largest > 1e-8 * purchases)
        return std::nullopt;
    return std::max(0.0, out);
}

double BgNbd::alive(const Buyer& buyer) const {
    if (buyer.repeats == 0)
        return 1;
    const auto x = static_cast<double>(buyer.repeats);
    const double odds = std::log(a) - std::log(b + x - 1) +
                        (r + x) * (std::log(alpha + buyer.age) - std::log(alpha + buyer.last));
    return 1 / (1 + std::exp(odds));
}

double log_likelihood(const BgNbd& model, std::span<const Buyer> buyers) {
    Likelihood likelihood(model, counts_of(buyers));
    for (const Buyer& buyer : buyers)
        likelihood.add(buyer);
    return likelihood.surface().value;
}

std::expected<BgNbdFit, std::string> fit_bg_nbd(std::span<const Buyer> buyers) {
    if (std::string why = missing_buyers(buyers); !why.empty())
        return std::unexpected(std::move(why));
    const std::vector<std::int64_t> more_than = counts_of(buyers);
    const auto surface = [&](std::span<const double> logarithms) {
        Derivatives at{};
        for (std::size_t i = 0; i < bg_nbd_parameters; ++i)
            at[i] = std::exp(logarithms[i]);
        const BgNbd model{at[at_r], at[at_alpha], at[at_a], at[at_b]};
        Likelihood likelihood(model, more_than);
        for (const Buyer& buyer : buyers)
            likelihood.add(buyer);
        Surface& out = likelihood.surface();
        by_logarithms(out, at);
        return out;
    };
    const NewtonLimits limits{.gradient = 1e-9 * static_cast<double>(buyers.size()), .step = 2};
    const Maximum best = maximum(surface, std::vector<double>(bg_nbd_parameters), limits);
    const bool within = std::ranges::all_of(
        best.at, [](double logarithm) { return std::abs(logarithm) <= std::log(1e4); });
    if (!best.settled || !within)
        return std::unexpected("the data do not settle the model");
    BgNbdFit out;
    out.model = {std::exp(best.at[at_r]), std::exp(best.at[at_alpha]), std::exp(best.at[at_a]),
                 std::exp(best.at[at_b])};
    for (std::size_t i = 0; i < bg_nbd_parameters; ++i)
        out.standard_errors[i] = std::exp(best.at[i]) * best.standard_errors[i];
    out.log_likelihood = best.surface.value;
    out.steps = best.steps;
    return out;
}

}  // namespace crm::insight
