#pragma once

#include "show/chart.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

/// Pages of figures: one file that loads nothing, with charts and tables that can be sorted, for a
/// screen, a telephone and paper.
namespace crm::show {

/// A number that is read from afar, and how it compares.
struct LargeFigure {
    std::string value;   ///< 1,200 EUR
    std::string change;  ///< up 20.0 % on 1,000 EUR
};

/// A part of a page: charts and a table, or large figures.
struct Panel {
    std::string title;  ///< empty where the page has this panel only
    std::string help;   ///< what it shows, in one line
    report::Result result;
    std::vector<report::Row> totals;   ///< of the whole report, one for each currency
    std::optional<ChartKind> chart{};  ///< unset: as the figures have it by themselves
    std::vector<LargeFigure> large;    ///< instead of charts and table
    bool wide = false;                 ///< as wide as the page
};

struct FiguresPage {
    std::string title, help;
    std::vector<std::string> facts;  ///< day and time, period, filter, currency, records
    std::vector<Panel> panels;
    std::string version, command, sql;
};

std::string figures_page(const FiguresPage& page);

/// A page that an index leads to.
struct IndexEntry {
    std::string file, title, help;
    std::size_t rows = 0;
};
/// A page that leads to others: `page` says its head and foot.
std::string index_page(const FiguresPage& page, const std::vector<IndexEntry>& entries);

}  // namespace crm::show
