#include "insight/gamma_gamma.hpp"

#include "insight/bg_nbd.hpp"
#include "insight/newton.hpp"
#include "insight/special.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace crm::insight {
namespace {

enum GammaGammaParameter : std::size_t { at_p, at_q, at_v, gamma_gamma_parameters };

void add(Surface& out, const GammaGamma& m, const Spender& spender) {
    const auto x = static_cast<double>(spender.repeats);
    const double z = spender.average;
    const double shape = m.p * x;
    const double all = shape + m.q;
    const double total = x * z + m.v;
    const double psi = digamma(all);
    const double psi1 = trigamma(all);
    out.value += std::lgamma(all) - std::lgamma(shape) - std::lgamma(m.q) + m.q * std::log(m.v) +
                 (shape - 1) * std::log(z) + shape * std::log(x) - all * std::log(total);
    out.gradient[at_p] += x * (psi - digamma(shape) + std::log(x * z) - std::log(total));
    out.gradient[at_q] += psi - digamma(m.q) + std::log(m.v) - std::log(total);
    out.gradient[at_v] += m.q / m.v - all / total;
    out.hessian.at(at_p, at_p) += x * x * (psi1 - trigamma(shape));
    out.hessian.at(at_q, at_p) += x * psi1;
    out.hessian.at(at_q, at_q) += psi1 - trigamma(m.q);
    out.hessian.at(at_v, at_p) -= x / total;
    out.hessian.at(at_v, at_q) += 1 / m.v - 1 / total;
    out.hessian.at(at_v, at_v) += all / (total * total) - m.q / (m.v * m.v);
}

Surface gamma_gamma_surface(std::span<const double> logarithms, std::span<const Spender> spenders) {
    const std::array<double, gamma_gamma_parameters> at{
        std::exp(logarithms[at_p]), std::exp(logarithms[at_q]), std::exp(logarithms[at_v])};
    const GammaGamma model{at[at_p], at[at_q], at[at_v]};
    Surface out(gamma_gamma_parameters);
    for (const Spender& spender : spenders)
        add(out, model, spender);
    out.hessian.mirror();
    for (std::size_t i = 0; i < gamma_gamma_parameters; ++i)
        for (std::size_t j = 0; j < gamma_gamma_parameters; ++j)
            out.hessian.at(i, j) *= at[i] * at[j];
    for (std::size_t i = 0; i < gamma_gamma_parameters; ++i) {
        out.gradient[i] *= at[i];
        out.hessian.at(i, i) += out.gradient[i];
    }
    return out;
}

/// In units of the mean, so that a currency of large numbers begins as near as one of small ones.
double mean_of(std::span<const Spender> spenders) {
    double sum = 0;
    for (const Spender& spender : spenders)
        sum += spender.average;
    return sum / static_cast<double>(spenders.size());
}

std::string missing_spenders(std::span<const Spender> spenders) {
    const auto count = static_cast<std::int64_t>(spenders.size());
    if (count < repeaters_needed)
        return fmt::format(
            "{} {} bought again for an amount above 0; {} are needed to know what "
            "customers spend",
            count, count == 1 ? "customer has" : "customers have", repeaters_needed);
    const bool alike = std::ranges::all_of(
        spenders, [&](const Spender& s) { return s.average == spenders[0].average; });
    if (alike)
        return "all customers spend the same, which does not settle a model of what they spend";
    return "";
}

}  // namespace

double GammaGamma::expected(std::int64_t repeats, double average) const {
    const auto x = static_cast<double>(repeats);
    return p * (v + x * average) / (p * x + q - 1);
}

std::expected<GammaGammaFit, std::string> fit_gamma_gamma(std::span<const Spender> spenders) {
    if (std::string why = missing_spenders(spenders); !why.empty())
        return std::unexpected(std::move(why));
    const double unit = mean_of(spenders);
    std::vector<Spender> scaled(spenders.begin(), spenders.end());
    for (Spender& spender : scaled)
        spender.average /= unit;
    const auto count = static_cast<double>(spenders.size());
    const Maximum best =
        maximum([&](std::span<const double> at) { return gamma_gamma_surface(at, scaled); },
                {0, std::log(2.0), 0}, {.gradient = 1e-9 * count, .step = 2});
    const bool within = std::ranges::all_of(
        best.at, [](double logarithm) { return std::abs(logarithm) <= std::log(1e4); });
    if (!best.settled || !within)
        return std::unexpected("the data do not settle the model of what customers spend");
    GammaGammaFit out;
    out.model = {std::exp(best.at[at_p]), std::exp(best.at[at_q]), unit * std::exp(best.at[at_v])};
    if (out.model.q <= 1)
        return std::unexpected(
            "a few customers spend so much that a mean of all of them does not exist (q is at "
            "most 1)");
    out.standard_errors = {out.model.p * best.standard_errors[at_p],
                           out.model.q * best.standard_errors[at_q],
                           out.model.v * best.standard_errors[at_v]};
    out.log_likelihood = best.surface.value - count * std::log(unit);
    out.customers = static_cast<std::int64_t>(spenders.size());
    out.steps = best.steps;
    return out;
}

}  // namespace crm::insight
