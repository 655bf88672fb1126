#pragma once

#include "insight/logistic.hpp"
#include "value/learning_table.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// How likely an outcome is, learnt from those that are known.
namespace crm::value {

/// A column of a model: a number, or one level of a set.
struct ModelColumn {
    std::size_t field;
    std::uint32_t level = 0;
    double mean = 0, deviation = 1;  ///< of a number, in the training rows
    double median = 0;
    std::int64_t records = 0, positives = 0;  ///< training rows with the level
};

struct Fitted {
    std::vector<ModelColumn> columns;
    insight::Logistic model;
    std::vector<double> test;  ///< probabilities of the test rows
    std::optional<double> auc;
};

struct Split {
    std::vector<std::size_t> train, test;
};

/// A model with what is said about it.
struct Learnt {
    Split rows;
    std::optional<Fitted> fitted;  ///< nothing where the data do not support a model
    std::vector<std::string> notes;
};

/// Learns from the training rows and tries it on the others. Throws usage for a field that is not
/// there.
Learnt learn(const LearningTable& table, const LearningRequest& request);

std::vector<bool> outcomes_of(const LearningTable& table, const std::vector<std::size_t>& rows);
/// Rows as a model sees them.
insight::SparseRows rows_of(const LearningTable& table, const std::vector<ModelColumn>& columns,
                            const std::vector<std::size_t>& rows);

}  // namespace crm::value
