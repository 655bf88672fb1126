#include "insight/newton.hpp"

#include <algorithm>
#include <cmath>

namespace crm::insight {
namespace {

double largest(std::span<const double> numbers) {
    double out = 0;
    for (const double number : numbers)
        out = std::max(out, std::abs(number));
    return out;
}

Matrix negative(const Matrix& matrix, double damping) {
    Matrix out(matrix.size());
    for (std::size_t i = 0; i < matrix.size(); ++i) {
        for (std::size_t j = 0; j < matrix.size(); ++j)
            out.at(i, j) = -matrix.at(i, j);
        out.at(i, i) += damping;
    }
    return out;
}

/// Where to go from here: at most `limit` in each direction. Empty where there is no way.
std::vector<double> step_from(const Surface& here, double limit) {
    double scale = 0;
    for (std::size_t i = 0; i < here.hessian.size(); ++i)
        scale = std::max(scale, std::abs(here.hessian.at(i, i)));
    for (double damping = 0; damping <= 1e6 * (scale + 1);
         damping = damping == 0 ? 1e-4 * (scale + 1e-10) : damping * 4) {
        const auto lower = cholesky(negative(here.hessian, damping));
        if (!lower)
            continue;
        std::vector<double> step = solve(*lower, here.gradient);
        const double length = largest(step);
        if (!std::isfinite(length))
            continue;
        for (double& part : step)
            part *= length > limit ? limit / length : 1;
        return step;
    }
    return {};
}

/// Higher or, as far as rounding can tell, as high and less steep.
bool rises(const Surface& from, const Surface& to) {
    if (!std::isfinite(to.value) || !std::isfinite(largest(to.gradient)))
        return false;
    if (to.value > from.value)
        return true;
    return to.value > from.value - 1e-12 * std::abs(from.value) &&
           largest(to.gradient) < largest(from.gradient);
}

void judge(Maximum& out, const NewtonLimits& limits) {
    if (!(largest(out.surface.gradient) < limits.gradient))
        return;
    const auto lower = cholesky(negative(out.surface.hessian, 0));
    if (!lower)
        return;
    out.settled = true;
    for (const double variance : inverse_diagonal(*lower))
        out.standard_errors.push_back(std::sqrt(variance));
}

}  // namespace

Maximum maximum(const std::function<Surface(std::span<const double>)>& function,
                std::vector<double> start, const NewtonLimits& limits) {
    Maximum out;
    out.at = std::move(start);
    out.surface = function(out.at);
    while (out.steps < limits.steps && !(largest(out.surface.gradient) < limits.gradient)) {
        std::vector<double> step = step_from(out.surface, limits.step);
        bool moved = false;
        for (int halving = 0; !step.empty() && halving < 40 && !moved; ++halving) {
            std::vector<double> next = out.at;
            for (std::size_t i = 0; i < next.size(); ++i)
                next[i] += step[i];
            Surface there = function(next);
            moved = rises(out.surface, there);
            if (moved) {
                out.at = std::move(next);
                out.surface = std::move(there);
            }
            for (double& part : step)
                part /= 2;
        }
        if (!moved)
            break;
        ++out.steps;
    }
    judge(out, limits);
    return out;
}

}  // namespace crm::insight
