#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <functional>
#include <string_view>

/// How a table in a text file is laid out.
namespace crm::form {

struct CsvLayout {
    char delimiter = ',';    ///< a line feed for a table of one column
    std::size_t header = 0;  ///< byte at which the header row begins, behind whatever a program
                             ///< wrote above it; without a header, the first row
    long line = 1;           ///< of that row
};

/// What is known of a layout beforehand.
struct CsvHints {
    char delimiter = 0;      ///< 0: found by looking
    bool has_header = true;  ///< the first row of the table names its columns
    /// Whether a text is the header of a column; may be empty.
    std::function<bool(std::string_view)> is_column{};
};

/// Found by looking at the first rows. The header decides on the delimiter; then a delimiter that
/// is not followed by blanks, as commas in text are; then the one that gives most cells.
CsvLayout csv_layout(std::string_view bytes, const CsvHints& hints = {});

/// The delimiter that --delimiter names: a character, or tab.
Expected<char> delimiter_named(std::string_view word);

}  // namespace crm::form
