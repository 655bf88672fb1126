#pragma once

#include "form/csv.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace crm::form {

/// Appends a row of text cells and a line feed.
inline void csv_row(std::span<const std::string_view> cells, const CsvStyle& style,
                    std::string& out) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0)
            out += style.delimiter;
        csv_cell(cells[i], true, style, out);
    }
    // One empty cell would be an empty line, which is not a row.
    if (cells.size() == 1 && cells[0].empty())
        out += "\"\"";
    out += '\n';
}

}  // namespace crm::form
