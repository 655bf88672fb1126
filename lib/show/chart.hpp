#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Figures as bars: on a terminal, and as a page for print.
namespace crm::show {

/// Cells as texts; the first `groups` columns say what a row is about.
struct Figures {
    std::vector<std::string> titles;
    std::vector<std::vector<std::string>> rows;
    std::size_t groups = 0;
    std::size_t charted = 0;   ///< the column that the bars draw
    std::size_t currency = 0;  ///< the column of its currency; none where there is no such column
};

/// Of each row the charted figure as a part of the largest one, 0 to 1. Amounts are compared with
/// those of their currency only.
std::vector<double> parts_of_largest(const Figures& figures);
/// A part of one as a bar of up to that many columns, by eighths of a column.
std::string bar(double part, int columns);
/// One page without scripts: the title, what it is about, and the rows with their bars.
std::string figures_page(const Figures& figures, std::string_view title, std::string_view about);

}  // namespace crm::show
