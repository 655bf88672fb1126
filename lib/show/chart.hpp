#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Figures as bars: on a terminal, and as a page for print.
namespace crm::show {

/// Cells as texts; the first `groups` columns say what a row is about, the next one is charted.
struct Figures {
    std::vector<std::string> titles;
    std::vector<std::vector<std::string>> rows;
    std::size_t groups = 0;
};

/// Of each row the charted figure as a part of the largest one, 0 to 1.
std::vector<double> parts_of_largest(const Figures& figures);
/// A part of one as a bar of up to twenty columns, by eighths of a column.
std::string bar(double part);
/// One page without scripts: the title, what it is about, and the rows with their bars.
std::string figures_page(const Figures& figures, std::string_view title, std::string_view about);

}  // namespace crm::show
