#include "insight/matrix.hpp"

#include <cmath>

namespace crm::insight {

void Matrix::mirror() {
    for (std::size_t i = 0; i < size_; ++i)
        for (std::size_t j = 0; j < i; ++j)
            at(j, i) = at(i, j);
}

std::optional<Matrix> cholesky(const Matrix& a) {
    Matrix lower(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            double sum = a.at(i, j);
            for (std::size_t k = 0; k < j; ++k)
                sum -= lower.at(i, k) * lower.at(j, k);
            if (i != j) {
                lower.at(i, j) = sum / lower.at(j, j);
                continue;
            }
            // What is left of a singular matrix is only rounding.
            if (!(sum > 1e-14 * std::abs(a.at(i, i))) || !std::isfinite(sum))
                return std::nullopt;
            lower.at(i, i) = std::sqrt(sum);
        }
    }
    return lower;
}

std::vector<double> solve(const Matrix& lower, std::span<const double> b) {
    const std::size_t n = lower.size();
    std::vector<double> x(b.begin(), b.end());
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < i; ++k)
            x[i] -= lower.at(i, k) * x[k];
        x[i] /= lower.at(i, i);
    }
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t k = i + 1; k < n; ++k)
            x[i] -= lower.at(k, i) * x[k];
        x[i] /= lower.at(i, i);
    }
    return x;
}

std::vector<double> inverse_diagonal(const Matrix& lower) {
    std::vector<double> out;
    for (std::size_t i = 0; i < lower.size(); ++i) {
        std::vector<double> unit(lower.size());
        unit[i] = 1;
        out.push_back(solve(lower, unit)[i]);
    }
    return out;
}

}  // namespace crm::insight
