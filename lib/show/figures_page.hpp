#pragma once

#include "show/chart.hpp"

#include <optional>
#include <string>
#include <vector>

/// A page of figures: one file that loads nothing, with charts and a table that can be sorted, for
/// a screen, a telephone and paper.
namespace crm::show {

struct FiguresPage {
    std::string title, help;
    std::vector<std::string> facts;  ///< day and time, period, filter, currency, records
    report::Result result;
    std::vector<report::Row> totals;   ///< of the whole report, one for each currency
    std::optional<ChartKind> chart{};  ///< unset: as the figures have it by themselves
    std::string version, command, sql;
};

std::string figures_page(const FiguresPage& page);

}  // namespace crm::show
