#pragma once

#include "insight/matrix.hpp"

#include <functional>
#include <limits>
#include <span>
#include <vector>

/// Newton's method for the maximum of a function of a few numbers.
namespace crm::insight {

/// A function at one place, with its derivatives.
struct Surface {
    double value = 0;
    std::vector<double> gradient;
    Matrix hessian;

    explicit Surface(std::size_t size) : gradient(size), hessian(size) {}
};

struct NewtonLimits {
    double gradient = 1e-9;                                 ///< the largest one that counts as none
    double step = std::numeric_limits<double>::infinity();  ///< the largest change of one number
    int steps = 100;
};

struct Maximum {
    std::vector<double> at;
    Surface surface{0};
    int steps = 0;
    /// The gradient is none and the function bends down in all directions.
    bool settled = false;
    /// How sure each number is: roots of the diagonal of the inverse of the negative second
    /// derivatives. Empty where it is not settled.
    std::vector<double> standard_errors;
};

/// Steps from `start` uphill. Where the function does not bend down, the second derivatives are
/// damped until it does; a step that does not rise is halved. A gradient of none alone is no
/// maximum: far out everything is flat.
Maximum maximum(const std::function<Surface(std::span<const double>)>& function,
                std::vector<double> start, const NewtonLimits& limits);

}  // namespace crm::insight
