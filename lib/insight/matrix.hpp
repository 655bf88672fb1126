#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

/// Numbers in, numbers out: the mathematics of reports. Nothing here knows a database.
namespace crm::insight {

/// A square matrix; what is symmetric is filled in both halves.
class Matrix {
public:
    explicit Matrix(std::size_t size = 0) : size_(size), cells_(size * size) {}
    std::size_t size() const { return size_; }
    double& at(std::size_t row, std::size_t column) { return cells_[row * size_ + column]; }
    double at(std::size_t row, std::size_t column) const { return cells_[row * size_ + column]; }
    double* row(std::size_t at) { return cells_.data() + at * size_; }
    /// Fills the upper half from the lower one.
    void mirror();

private:
    std::size_t size_;
    std::vector<double> cells_;
};

/// The lower triangle L of A = L Lᵀ. Nothing where A is not positive definite.
std::optional<Matrix> cholesky(const Matrix& a);
/// x of L Lᵀ x = b.
std::vector<double> solve(const Matrix& lower, std::span<const double> b);
/// The diagonal of the inverse of L Lᵀ.
std::vector<double> inverse_diagonal(const Matrix& lower);

}  // namespace crm::insight
