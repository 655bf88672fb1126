#include "show/chart.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <utility>

namespace crm::show {
namespace {

constexpr std::size_t most_columns = 40;   // beyond it a line is easier to read
constexpr std::size_t most_months = 1200;  // of the time that gaps are filled in

std::optional<double> value_of(const std::string& text) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (text.empty() || end == text.c_str() || !std::isfinite(value))
        return {};
    return value;
}

/// How many steps a scale from `least` to `most` needs.
double steps_for(double least, double most, double step) {
    constexpr double rounding = 1e-9;
    return std::ceil(most / step - rounding) + std::ceil(-least / step - rounding);
}

/// The month after one, both as 2026-11.
std::string next_month(const std::string& month) {
    const int year = std::atoi(month.substr(0, 4).c_str());
    const int number = std::atoi(month.substr(5).c_str());
    return number == 12 ? fmt::format("{:04}-01", year + 1)
                        : fmt::format("{:04}-{:02}", year, number + 1);
}

bool is_month(const std::string& text) {
    return text.size() == 7 && text[5] != 'Q' && text[5] != 'W' && is_time(text);
}

/// The places of labels and series in a chart that is being made.
class ChartMaker {
public:
    ChartMaker(const Figures& figures, std::optional<ChartKind> kind, ChartLimits limits)
        : figures_(figures), kind_(kind), limits_(limits) {}

    /// The rows of one currency; nothing where none of them has a value.
    std::optional<Chart> chart(std::string_view currency) {
        collect(currency);
        if (rows_.empty())
            return {};
        const FigureColumn& column = figures_.columns[figures_.charted];
        Chart out{.title = column.heading(), .figure = column.kind};
        const bool time =
            figures_.groups() > 0 && std::ranges::all_of(rows_, [&](const FigureRow* row) {
                return is_time(row->cells[0]) || row->cells[0].empty();
            });
        if (column.kind == FigureKind::money && !currency.empty())
            out.title += fmt::format(", {}", currency);
        else if (!column.unit.empty())
            out.title += fmt::format(", {}", column.unit);
        const bool by_series =
            figures_.groups() == 2 && kind_ != ChartKind::bar && (time || kind_.has_value());
        place_labels(time, by_series, out);
        out.kind = kind_.value_or(!time                              ? ChartKind::bar
                                  : out.labels.size() > most_columns ? ChartKind::line
                                                                     : ChartKind::column);
        fill(by_series, out);
        limit(out);
        set_axis(out);
        return out;
    }

private:
    void collect(std::string_view currency) {
        rows_.clear();
        bool any = false;
        for (const FigureRow& row : figures_.rows) {
            if (row.total || figures_.currency_of(row) != currency)
                continue;
            rows_.push_back(&row);
            any = any || value_of(row.cells[figures_.charted]).value_or(0) != 0;
        }
        if (!any)
            rows_.clear();
    }

    std::string label_key(const FigureRow& row, bool by_series) const {
        const std::size_t groups = by_series ? 1 : figures_.groups();
        std::string key;
        for (std::size_t i = 0; i < groups; ++i)
            (key += row.cells[i]) += '\0';
        return key;
    }

    std::string label_text(const FigureRow& row, bool by_series) const {
        const std::size_t groups = by_series ? 1 : figures_.groups();
        std::string text;
        for (std::size_t i = 0; i < groups; ++i) {
            if (i > 0)
                text += " · ";
            FigureColumn column = figures_.columns[i];
            if (is_month(row.cells[i]))
                column.kind = FigureKind::month;
            text += text::visible(figure_text(column, row.cells[i]));
        }
        return text;
    }

    void add_label(std::string key, std::string text, Chart& out) {
        if (places_.emplace(std::move(key), out.labels.size()).second)
            out.labels.push_back(std::move(text));
    }

    /// Months without a row get a place, too, so that distances are right.
    void place_labels(bool time, bool by_series, Chart& out) {
        places_.clear();
        const bool one_group = by_series || figures_.groups() == 1;
        std::vector<std::string> months;
        for (const FigureRow* row : rows_)
            if (time && one_group && is_month(row->cells[0]))
                months.push_back(row->cells[0]);
        if (!months.empty()) {
            const auto [first, last] = std::ranges::minmax(months);
            std::string month = first;
            const FigureColumn column{.name = "", .title = "", .kind = FigureKind::month};
            for (std::size_t i = 0; i < most_months && month <= last; ++i) {
                add_label(month + '\0', figure_text(column, month), out);
                month = next_month(month);
            }
        }
        for (const FigureRow* row : rows_)
            add_label(label_key(*row, by_series), label_text(*row, by_series), out);
    }

    void fill(bool by_series, Chart& out) {
        std::map<std::string, std::size_t> names;
        const FigureColumn& column = figures_.columns[figures_.charted];
        for (const FigureRow* row : rows_) {
            const std::string name =
                by_series ? text::visible(figure_text(figures_.columns[1], row->cells[1])) : "";
            const auto [found, added] = names.emplace(name, out.series.size());
            if (added) {
                out.series.push_back({.name = name});
                out.series.back().values.resize(out.labels.size());
                out.series.back().texts.resize(out.labels.size());
            }
            Series& series = out.series[found->second];
            const std::size_t at = places_.at(label_key(*row, by_series));
            series.values[at] = value_of(row->cells[figures_.charted]);
            series.texts[at] = figure_text(column, row->cells[figures_.charted]);
        }
    }

    void limit(Chart& out) const {
        if (out.kind == ChartKind::bar && limits_.bars > 0 && out.labels.size() > limits_.bars) {
            out.left_out = out.labels.size() - limits_.bars;
            out.labels.resize(limits_.bars);
            for (Series& series : out.series) {
                series.values.resize(limits_.bars);
                series.texts.resize(limits_.bars);
            }
        }
        if (limits_.series == 0 || out.series.size() <= limits_.series)
            return;
        const auto sum = [](const Series& series) {
            double all = 0;
            for (const auto& value : series.values)
                all += value.value_or(0);
            return all;
        };
        std::ranges::stable_sort(out.series, std::greater(), sum);
        out.left_out = out.series.size() - limits_.series;
        out.series.resize(limits_.series);
    }

    static void set_axis(Chart& out) {
        double least = 0, most = 0;
        for (const Series& series : out.series)
            for (const auto& value : series.values) {
                least = std::min(least, value.value_or(0));
                most = std::max(most, value.value_or(0));
            }
        out.axis = axis_for(least, most, out.figure == FigureKind::integer);
    }

    const Figures& figures_;
    std::optional<ChartKind> kind_;
    ChartLimits limits_;
    std::vector<const FigureRow*> rows_;
    std::map<std::string, std::size_t> places_;
};

}  // namespace

std::optional<ChartKind> chart_named(std::string_view word) {
    static constexpr std::array<std::string_view, 4> words{"none", "bar", "column", "line"};
    const auto found = std::ranges::find(words, word);
    if (found == words.end())
        return {};
    return static_cast<ChartKind>(found - words.begin());
}

std::vector<double> Axis::marks() const {
    std::vector<double> out;
    const int steps = static_cast<int>(std::lround((to - from) / step));
    for (int i = 0; i <= steps; ++i)
        out.push_back(from + step * i);
    return out;
}

Axis axis_for(double least, double most, bool whole) {
    constexpr double most_steps = 4;
    least = std::min(least, 0.0);
    most = std::max(most, 0.0);
    const double span = most - least;
    if (!(span > 0) || !std::isfinite(span))
        return {};
    for (double ten = std::pow(10, std::floor(std::log10(span)) - 1);; ten *= 10)
        for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
            const double step = factor * ten;
            if (whole && step != std::floor(step))
                continue;
            if (steps_for(least, most, step) > most_steps)
                continue;
            constexpr double rounding = 1e-9;
            return {-step * std::ceil(-least / step - rounding),
                    step * std::ceil(most / step - rounding), step};
        }
}

std::string mark_text(const Chart& chart, double value) {
    if (chart.figure == FigureKind::share)
        return fmt::format("{:.4g} %", value * 100);
    if (chart.figure == FigureKind::percent)
        return fmt::format("{:.4g} %", value);
    const double size = std::abs(value);
    if (size < chart.axis.step / 2)
        return "0";
    for (const auto& [unit, name] : {std::pair{1e9, "bn"}, {1e6, "M"}, {1e3, "k"}})
        if (size >= unit)
            return fmt::format("{:.6g}{}", value / unit, name);
    return fmt::format("{:.6g}", value);
}

std::vector<Chart> charts_of(const Figures& figures, std::optional<ChartKind> kind,
                             ChartLimits limits) {
    std::vector<Chart> out;
    if (kind == ChartKind::none || figures.groups() == 0 ||
        figures.charted >= figures.columns.size() || figures.charted < figures.groups())
        return out;
    std::vector<std::string> currencies;
    for (const FigureRow& row : figures.rows)
        if (std::ranges::find(currencies, figures.currency_of(row)) == currencies.end())
            currencies.emplace_back(figures.currency_of(row));
    ChartMaker maker(figures, kind, limits);
    for (const std::string& currency : currencies)
        if (auto chart = maker.chart(currency))
            out.push_back(std::move(*chart));
    return out;
}

std::vector<double> parts_of_largest(const Figures& figures) {
    std::map<std::string_view, double> largest;  // by currency
    std::vector<double> out;
    for (const FigureRow& row : figures.rows) {
        const bool has_figure = figures.charted < row.cells.size() && !row.total;
        out.push_back(has_figure ? value_of(row.cells[figures.charted]).value_or(0) : 0);
        double& most = largest[figures.currency_of(row)];
        most = std::max(most, std::abs(out.back()));
    }
    for (std::size_t i = 0; i < out.size(); ++i) {
        const double most = largest[figures.currency_of(figures.rows[i])];
        out[i] = most > 0 ? out[i] / most : 0;
    }
    return out;
}

}  // namespace crm::show
