#pragma once

#include "people/duplicates.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// Duplicates among the lines of a CSV file, before anything is imported.
namespace crm::people {

/// Lines as they are compared: a row of the table for each.
struct ComparedLines {
    DupeTable table;
    std::vector<long> lines;       ///< where each begins, from 1
    std::vector<std::string> ids;  ///< in the file's own column of ids; empty without one
};

/// Reads a file in UTF-8. `columns`: those that say who somebody is, by any spelling of their
/// header; empty: all but a column of ids. Columns of parts of a name become one. `trouble` hears
/// of lines that cannot be read. Throws usage where a column does not exist or none is left.
ComparedLines compared_lines(std::string_view bytes, const std::string& file,
                             const std::vector<std::string>& columns,
                             const std::function<void(long line, std::string_view why)>& trouble);

}  // namespace crm::people
