#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace crm::show {

/// Names in columns with lines between those of neighbouring columns, and a table of the same.
struct GraphPage {
    std::string title;
    std::vector<std::string> facts;
    struct Column {
        std::string heading;
        std::vector<std::string> names;
        /// Lines from a name of this column to one of the next, by their places.
        std::vector<std::pair<std::size_t, std::size_t>> lines{};
    };
    std::vector<Column> columns;
    std::vector<std::string> head;  ///< of the table
    std::vector<std::vector<std::string>> rows;
};

/// The picture is SVG in the page; it loads nothing and has no scripts.
std::string graph_page(const GraphPage& graph);

}  // namespace crm::show
