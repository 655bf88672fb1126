#pragma once

#include "base/value.hpp"

#include <string>
#include <string_view>
#include <vector>

/// How the table of a report is shown: turned, with bars, as a page.
namespace crm::cmd {

struct Table {
    std::vector<std::string> titles;
    std::vector<std::vector<Value>> rows;
    std::size_t keys = 0;  ///< so many of the first columns say which group a row is
    std::size_t figure =
        0;  ///< the column that stands for a row: the first amount, else the first figure
};

/// The last group as columns, each with the first figure (of amounts the first amount) of the
/// report.
Table pivoted(const Table& in);
/// Of each row the first figure as a part of the largest one.
std::vector<double> shares(const Table& table);
/// A part of one as a bar, twenty columns wide, by eighths.
std::string bar(double part);
/// One page for print, without scripts, with bars.
std::string page(const Table& table, std::string_view title, std::string_view about);

}  // namespace crm::cmd
