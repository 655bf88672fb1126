#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <vector>

/// How likely a yes is: logistic regression.
namespace crm::insight {

/// Rows of a wide table in which most cells are 0.
class SparseRows {
public:
    explicit SparseRows(std::size_t columns) : columns_(columns) {}
    /// Room for so many rows with at most so many cells each: what grows needs twice its size.
    void reserve(std::size_t rows, std::size_t cells_of_a_row) {
        columns_of_.reserve(rows * cells_of_a_row);
        values_.reserve(rows * cells_of_a_row);
        ends_.reserve(rows);
    }
    /// Adds a cell to the row that `end_row` ends; of a row and column only one.
    void add(std::size_t column, double value) {
        columns_of_.push_back(static_cast<std::uint32_t>(column));
        values_.push_back(value);
    }
    void end_row() { ends_.push_back(values_.size()); }
    std::size_t rows() const { return ends_.size(); }
    std::size_t columns() const { return columns_; }
    std::span<const std::uint32_t> columns_of(std::size_t row) const {
        return std::span(columns_of_).subspan(begin(row), ends_[row] - begin(row));
    }
    std::span<const double> values_of(std::size_t row) const {
        return std::span(values_).subspan(begin(row), ends_[row] - begin(row));
    }

private:
    std::size_t begin(std::size_t row) const { return row == 0 ? 0 : ends_[row - 1]; }
    std::size_t columns_;
    std::vector<std::uint32_t> columns_of_;
    std::vector<double> values_;
    std::vector<std::size_t> ends_;
};

struct Logistic {
    std::vector<double> weights;
    double intercept = 0;
    double objective = 0;  ///< half the squares of the weights and the log-losses: the least
    int steps = 0;

    /// The logarithm of the odds of a row, and its probability.
    double score(const SparseRows& rows, std::size_t row) const;
    double probability(const SparseRows& rows, std::size_t row) const;
};

double sigmoid(double score);

struct LogisticOptions {
    double penalty = 1;               ///< 0: none
    const Logistic* start = nullptr;  ///< of the same columns; nothing: weights of 0
};

/// The weights with the least 0.5 penalty |w|² + sum of log-losses; the intercept is free. Newton's
/// method (iteratively reweighted least squares); stops where the gradient is below 1e-9 a row. A
/// sentence where it does not settle.
std::expected<Logistic, std::string> fit_logistic(const SparseRows& rows,
                                                  const std::vector<bool>& outcomes,
                                                  const LogisticOptions& options = {});

}  // namespace crm::insight
