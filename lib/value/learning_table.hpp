#pragma once

#include "value/request.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// What models learn from.
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

/// The rows of a file that have an outcome. Throws usage where a column is not there or the target
/// has more than two values.
LearningTable learning_table_of_file(const InputFile& file, const LearningRequest& request);
/// A field of so many rows, by the text of each. It is a number where all of them are numbers.
LearningField learning_field(std::string name, std::size_t rows,
                             const std::function<std::string_view(std::size_t)>& text_of);

}  // namespace crm::value
