#pragma once

#include "insight/logistic.hpp"
#include "value/request.hpp"
#include "value/table.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// How likely an outcome is, learnt from those that are known.
namespace crm::value {

/// A field of the rows: a number, or a set of levels. Without a value: NaN, or the level of "".
struct LearningField {
    std::string name;
    bool is_number = false;
    /// Its texts are no fixed set, as names are: only values that come back say something.
    bool of_many_values = false;
    std::vector<double> numbers;
    std::vector<std::string> levels;  ///< in byte order
    std::vector<std::uint32_t> level_of;
};

/// Rows with an outcome, by the day of it where that is known, and after them those without one,
/// whose likelihood is asked for.
struct LearningTable {
    std::vector<LearningField> fields;  ///< of all rows
    std::vector<bool> outcomes;         ///< of the first rows
    std::vector<std::int32_t> days;     ///< of the outcomes; none where they are not known
    /// Fields that the history shows to be written at or after the outcome, with how often.
    std::map<std::string, std::int64_t, std::less<>> late;
    std::vector<std::string> notes;
};

/// 'mod 10 < 7', 'mod 10 >= 3', 'first 70%', 'before 2026-10-01'. Throws usage.
TrainRule read_train_rule(std::string_view text);

/// The rows of a file that have an outcome. Throws usage where a column is not there or the target
/// has more than two values.
LearningTable learning_table_of_file(const InputFile& file, const LearningRequest& request);
/// A field of so many rows, by the text of each. It is a number where all of them are numbers.
LearningField learning_field(std::string name, std::size_t rows,
                             const std::function<std::string_view(std::size_t)>& text_of);

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
