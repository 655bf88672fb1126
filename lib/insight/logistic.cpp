#include "insight/logistic.hpp"

#include "insight/newton.hpp"

#include <algorithm>
#include <cmath>

namespace crm::insight {
namespace {

/// ln(1 + e^x) without overflow.
double soft_plus(double x) {
    return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

/// The objective, negated, with the intercept as the last number.
Surface logistic_surface(std::span<const double> at, const SparseRows& rows,
                         const std::vector<bool>& outcomes, double penalty) {
    const std::size_t last = at.size() - 1;
    Surface out(at.size());
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        const auto columns = rows.columns_of(i);
        const auto values = rows.values_of(i);
        double score = at[last];
        for (std::size_t k = 0; k < columns.size(); ++k)
            score += at[columns[k]] * values[k];
        const double p = sigmoid(score);
        const double miss = (outcomes[i] ? 1 : 0) - p;
        const double weight = p * (1 - p);
        out.value -= soft_plus(outcomes[i] ? -score : score);
        out.gradient[last] += miss;
        double* bottom = out.hessian.row(last);
        for (std::size_t k = 0; k < columns.size(); ++k) {
            out.gradient[columns[k]] += miss * values[k];
            const double weighted = weight * values[k];
            bottom[columns[k]] -= weighted;
            double* line = out.hessian.row(columns[k]);
            for (std::size_t j = 0; j <= k; ++j)
                line[columns[j]] -= weighted * values[j];
        }
        bottom[last] -= weight;
    }
    for (std::size_t j = 0; j < last; ++j) {
        out.value -= penalty * at[j] * at[j] / 2;
        out.gradient[j] -= penalty * at[j];
        out.hessian.at(j, j) -= penalty;
    }
    out.hessian.mirror();
    return out;
}

}  // namespace

double sigmoid(double score) {
    return score >= 0 ? 1 / (1 + std::exp(-score)) : std::exp(score) / (1 + std::exp(score));
}

double Logistic::score(const SparseRows& rows, std::size_t row) const {
    double out = intercept;
    const auto columns = rows.columns_of(row);
    const auto values = rows.values_of(row);
    for (std::size_t k = 0; k < columns.size(); ++k)
        out += weights[columns[k]] * values[k];
    return out;
}

double Logistic::probability(const SparseRows& rows, std::size_t row) const {
    return sigmoid(score(rows, row));
}

std::expected<Logistic, std::string> fit_logistic(const SparseRows& rows,
                                                  const std::vector<bool>& outcomes,
                                                  const LogisticOptions& options) {
    const auto positive = static_cast<double>(std::ranges::count(outcomes, true));
    const auto negative = static_cast<double>(outcomes.size()) - positive;
    if (positive == 0 || negative == 0)
        return std::unexpected("all rows have the same outcome");
    std::vector<double> start(rows.columns());
    if (options.start != nullptr)
        start = options.start->weights;
    start.push_back(options.start != nullptr ? options.start->intercept
                                             : std::log(positive / negative));
    const Maximum best = maximum(
        [&](std::span<const double> at) {
            return logistic_surface(at, rows, outcomes, options.penalty);
        },
        start, {.gradient = 1e-9 * static_cast<double>(outcomes.size())});
    // Without a penalty separable outcomes have no least: the weights grow until nothing is missed.
    const bool separated =
        options.penalty == 0 && -best.surface.value < 1e-6 * (positive + negative);
    if (!best.settled || separated)
        return std::unexpected("the data do not settle the model");
    Logistic out;
    out.weights.assign(best.at.begin(), best.at.end() - 1);
    out.intercept = best.at.back();
    out.objective = -best.surface.value;
    out.steps = best.steps;
    return out;
}

}  // namespace crm::insight
