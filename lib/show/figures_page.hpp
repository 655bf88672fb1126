#pragma once

#include "show/chart.hpp"

#include <optional>
#include <string>
#include <vector>

/// Pages of figures: one file that loads nothing, with charts, tables that can be sorted, for a
/// screen, a telephone and paper.
namespace crm::show {

/// A part of a page: a large number, or a chart and a table.
struct Panel {
    std::string title;  ///< empty where the page has this panel only
    std::string help;
    Figures figures;
    std::optional<ChartKind> chart{};  ///< unset: as the figures have it by themselves
    std::string empty;                 ///< the sentence where there are no rows
    std::string large, change;         ///< a number, and how it compares with another
    std::string link;                  ///< the name of the file with all of it
    std::size_t most_rows = 0;         ///< so many rows are shown; 0: all
    bool wide = false;                 ///< as wide as the page
};

struct FiguresPage {
    std::string title, help;
    std::vector<std::string> facts;  ///< day and time, period, filter, currency, records
    std::vector<Panel> panels;
    std::string version, command, sql;
};

std::string figures_page(const FiguresPage& page);

}  // namespace crm::show
