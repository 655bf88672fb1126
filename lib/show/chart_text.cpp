#include "base/text.hpp"
#include "show/chart.hpp"

#include <algorithm>
#include <cmath>
#include <string>

/// Charts for a terminal.
namespace crm::show {
namespace {

constexpr int plot_lines = 10;
constexpr std::string_view eighths_right[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
constexpr std::string_view eighths_up[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇"};

std::string repeated(std::string_view piece, int times) {
    std::string out;
    for (int i = 0; i < times; ++i)
        out += piece;
    return out;
}

/// A text in the middle of that many columns, cut where it is wider.
std::string centred(std::string_view text, int columns) {
    const std::string shown = text::clipped(text, columns);
    const int left = (columns - text::width(shown)) / 2;
    return repeated(" ", left) + shown + repeated(" ", columns - text::width(shown) - left);
}

/// The cells of a chart, one text for each.
class Grid {
public:
    Grid(const Chart& chart, int columns, bool utf8)
        : chart_(chart), utf8_(utf8), cells_(plot_lines, Row(columns, " ")) {}

    /// How many of the lines, from the bottom, are below a value.
    double height(double value) const { return chart_.axis.place(value) * plot_lines; }

    void column(int from, int to, double value) {
        const double zero = height(0);
        const double end = height(value);
        for (int line = 0; line < plot_lines; ++line) {
            const std::string_view cell =
                value < 0 ? below(line, end, zero) : above(line, zero, end);
            if (cell != " ")
                for (int x = from; x < to; ++x)
                    cells_[line][x] = cell;
        }
    }

    void point(int x, double value, std::string_view mark) {
        const int line = std::clamp(static_cast<int>(height(value)), 0, plot_lines - 1);
        cells_[line][x] = mark;
    }

    /// The cells of a line, counted from the bottom.
    std::string text(int line) const {
        std::string out;
        for (const std::string& cell : cells_[line])
            out += cell;
        return out;
    }

private:
    using Row = std::vector<std::string>;

    std::string_view above(int line, double zero, double end) const {
        if (line + 1 <= zero || line >= end)
            return " ";
        const int part = static_cast<int>(std::lround((end - line) * 8));
        if (!utf8_)
            return part >= 4 ? "#" : " ";
        return part >= 8 ? "█" : eighths_up[std::max(part, 0)];
    }

    /// There are no blocks that hang from the top but the half and the whole one.
    std::string_view below(int line, double end, double zero) const {
        if (line >= zero || line + 1 <= end)
            return " ";
        const double part = line + 1 - std::max(end, static_cast<double>(line));
        if (!utf8_)
            return part >= 0.5 ? "#" : " ";
        return part >= 0.75 ? "█" : part >= 0.25 ? "▀" : "▔";
    }

    const Chart& chart_;
    bool utf8_;
    std::vector<Row> cells_;
};

/// The marks of the scale, each at its line.
std::vector<std::string> scale_of(const Chart& chart) {
    std::vector<std::string> out(plot_lines + 1);
    for (const double mark : chart.axis.marks())
        out[std::clamp(static_cast<int>(std::lround(chart.axis.place(mark) * plot_lines)), 0,
                       plot_lines)] = mark_text(chart, mark);
    return out;
}

/// The labels below the columns: as many as have room.
std::string labels_of(const Chart& chart, int cell, int columns) {
    constexpr int gap = 1;
    int widest = 1;
    for (const std::string& label : chart.labels)
        widest = std::max(widest, text::width(label));
    const bool times = chart.kind != ChartKind::bar && widest > cell - gap;
    const int every = times ? std::max(1, (std::min(widest, 12) + gap + cell - 1) / cell) : 1;
    std::string out;
    int at = 0;
    for (std::size_t i = 0; i < chart.labels.size(); i += static_cast<std::size_t>(every)) {
        const int room = std::min(every * cell, columns - at);
        if (room < 3)
            break;
        out +=
            every == 1
                ? centred(text::clipped(chart.labels[i], room - gap), room)
                : text::clipped(chart.labels[i], room - gap) +
                      repeated(" ", room - text::width(text::clipped(chart.labels[i], room - gap)));
        at += room;
    }
    while (out.ends_with(' '))
        out.pop_back();
    return out;
}

/// Points for a line: neighbours are near enough that no stroke is needed between them.
void draw_line(Grid& grid, const Series& series, int columns, std::string_view mark) {
    const std::size_t count = series.values.size();
    for (int x = 0; x < columns; ++x) {
        const double at = columns == 1 ? 0 : double(x) * double(count - 1) / (columns - 1);
        const auto left = static_cast<std::size_t>(at);
        const std::size_t right = std::min(left + 1, count - 1);
        if (!series.values[left] || !series.values[right])
            continue;
        const double part = at - double(left);
        grid.point(x, *series.values[left] * (1 - part) + *series.values[right] * part, mark);
    }
}

std::string bars_text(const Chart& chart, int width, bool utf8) {
    int label = 1;
    for (const std::string& one : chart.labels)
        label = std::max(label, text::width(one));
    label = std::min(label, std::max(width / 3, 4));
    int figure = 1;
    for (const std::string& one : chart.series[0].texts)
        figure = std::max(figure, text::width(one));
    const int room = std::max(width - label - figure - 4, 4);
    const double largest = std::max(chart.axis.to, -chart.axis.from);
    double most = 0, least = 0;
    for (const auto& value : chart.series[0].values) {
        most = std::max(most, value.value_or(0) / largest);
        least = std::min(least, value.value_or(0) / largest);
    }
    std::string out;
    for (std::size_t i = 0; i < chart.labels.size(); ++i) {
        const std::string name = text::clipped(chart.labels[i], label);
        const std::string& text = chart.series[0].texts[i];
        out += name + repeated(" ", label - text::width(name) + 2);
        out += repeated(" ", figure - text::width(text)) + text + "  ";
        const double scale = std::max(most, -least);
        out +=
            bar(chart.series[0].values[i].value_or(0) / largest / scale, room, least / scale, utf8);
        while (out.ends_with(' '))
            out.pop_back();
        out += '\n';
    }
    return out;
}

}  // namespace

std::string bar(double part, int columns, double least, bool utf8) {
    const double whole = 1 - std::min(least, 0.0);
    const int left = static_cast<int>(std::lround(-std::min(least, 0.0) / whole * columns));
    if (part < 0) {
        const double cells = std::min(-part / whole * columns, double(left));
        const int halves = static_cast<int>(std::lround(cells * 2));
        const int full = utf8 ? halves / 2 : (halves + 1) / 2;
        const bool half = utf8 && halves % 2 == 1;
        return repeated(" ", left - full - half) + (half ? "▐" : "") +
               repeated(utf8 ? "█" : "#", full);
    }
    const int eighths = static_cast<int>(std::min(part, 1.0) / whole * columns * 8 + 0.5);
    std::string out = repeated(" ", left);
    if (!utf8)
        return out + repeated("#", (eighths + 4) / 8);
    return out + repeated("█", eighths / 8) + std::string(eighths_right[eighths % 8]);
}

std::string chart_text(const Chart& chart, int width, bool utf8) {
    std::string out = text::clipped(text::visible(chart.title), width) + "\n";
    if (chart.kind == ChartKind::bar)
        return out + bars_text(chart, width, utf8);
    static constexpr std::string_view dots[] = {"•", "○", "▪", "△", "◇"};
    static constexpr std::string_view ascii_dots[] = {"*", "o", "+", "x", "="};
    const std::vector<std::string> scale = scale_of(chart);
    int margin = 1;
    for (const std::string& mark : scale)
        margin = std::max(margin, text::width(mark));
    const int room = std::max(width - margin - 3, 4);
    const int count = static_cast<int>(chart.labels.size());
    const bool line = chart.kind == ChartKind::line || count > room;
    const int cell = line ? 1 : std::min(room / count, 12);
    const int columns = line ? room : cell * count;
    Grid grid(chart, columns, utf8);
    const std::size_t shown = std::min(chart.series.size(), std::size(dots));
    for (std::size_t s = 0; s < shown; ++s) {
        if (line) {
            draw_line(grid, chart.series[s], columns, utf8 ? dots[s] : ascii_dots[s]);
            continue;
        }
        const int part = std::max(1, (cell > 2 ? cell - 1 : cell) / static_cast<int>(shown));
        for (int i = 0; i < count; ++i)
            if (const auto value = chart.series[s].values[static_cast<std::size_t>(i)]) {
                const int from = std::min(i * cell + static_cast<int>(s) * part, columns - part);
                grid.column(from, from + part, *value);
            }
    }
    for (int row = plot_lines; row >= 0; --row) {
        out += repeated(" ", margin - text::width(scale[row])) + scale[row];
        out += utf8 ? (scale[row].empty() ? " │ " : " ┤ ") : " | ";
        if (row > 0)
            out += grid.text(row - 1);
        while (out.ends_with(' '))
            out.pop_back();
        out += '\n';
    }
    const int each = line ? std::max(1, columns / std::max(count, 1)) : cell;
    out += repeated(" ", margin + 3) + labels_of(chart, each, columns) + "\n";
    if (chart.series.size() > 1) {
        out += repeated(" ", margin + 3);
        for (std::size_t s = 0; s < shown; ++s)
            out += std::string(utf8 ? dots[s] : ascii_dots[s]) + " " + chart.series[s].name + "  ";
        out.resize(out.size() - 2);
        out += '\n';
    }
    return out;
}

}  // namespace crm::show
