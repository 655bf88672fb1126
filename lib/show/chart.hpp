#pragma once

#include "show/figures.hpp"
#include "show/html.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Figures as bars, columns and lines: on a terminal and in a page.
namespace crm::show {

enum class ChartKind : std::uint8_t { none, bar, column, line };
/// The kind that a word names: bar, column, line or none.
std::optional<ChartKind> chart_named(std::string_view word);

/// A scale from `from` to `to` with a mark at each `step`.
struct Axis {
    double from = 0, to = 1, step = 1;

    /// Where a value is on the axis, 0 to 1.
    double place(double value) const { return (value - from) / (to - from); }
    /// The values of its marks, from the lowest to the highest.
    std::vector<double> marks() const;
};
/// The axis for values from `least` to `most`: zero is on it, it has at most four steps of 1, 2,
/// 2.5 or 5 × 10ⁿ and ends at the first that is not below the data. `whole`: no step is a fraction.
Axis axis_for(double least, double most, bool whole);

struct Series {
    std::string name;                           ///< empty where there is one only
    std::vector<std::optional<double>> values;  ///< one for each label
    std::vector<std::string> texts;             ///< the same for a person
};

/// What one chart draws: one currency, one scale.
struct Chart {
    ChartKind kind = ChartKind::bar;
    std::string title;  ///< the figure, with its unit: "Amount, EUR"
    report::ColumnType figure = report::ColumnType::number;
    std::vector<std::string> labels;
    std::vector<Series> series;
    Axis axis;
    std::size_t left_out = 0;  ///< bars or series that have no room in a page
};

/// The text of a mark of the axis: 250k, 25 %.
std::string mark_text(const Chart& chart, double value);

/// One chart for each currency; none where there is nothing to draw. Without a kind it is columns
/// for times, a line for more than forty of them, else bars. `most`: so many bars and series are
/// drawn, all of them where it is 0.
struct ChartLimits {
    std::size_t bars = 0, series = 0;
};
std::vector<Chart> charts_of(const report::Result& result, std::optional<ChartKind> kind,
                             ChartLimits limits = {});

/// Of each row the charted figure as a part of the largest one, -1 to 1. Amounts are compared with
/// those of their currency only.
std::vector<double> parts_of_largest(const report::Result& result);
/// A part of one as a bar of up to that many columns of a terminal, by eighths of a column. A bar
/// below zero ends where the others begin; `least` is the lowest of all bars, 0 where none is below
/// zero. Without `utf8` it is drawn with #.
std::string bar(double part, int columns, double least = 0, bool utf8 = true);

/// A chart of ten lines with a scale and labels, at most `width` columns wide.
std::string chart_text(const Chart& chart, int width, bool utf8);
/// A picture for a page. `id` is the beginning of the names inside it.
Html chart_svg(const Chart& chart, std::string_view id);

}  // namespace crm::show
