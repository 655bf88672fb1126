#include "show/chart.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>
#include <utility>

namespace crm::show {

using report::ColumnType;
using report::Result;

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

std::string cell_of(const Result& result, std::size_t row, std::size_t column) {
    return report::text_of(result.rows[row][column]);
}

std::string currency_of(const Result& result, std::size_t row) {
    const std::size_t at = result.currency();
    return at < result.columns.size() ? cell_of(result, row, at) : std::string();
}

/// Totals are not drawn beside what they are the totals of.
bool is_total(const Result& result, std::size_t row) {
    return result.level(row) < result.groups();
}

/// The places of labels and series in a chart that is being made.
class ChartMaker {
public:
    ChartMaker(const Result& result, std::optional<ChartKind> kind, ChartLimits limits)
        : result_(result), figure_(result.charted()), kind_(kind), limits_(limits) {}

    /// The rows of one currency; nothing where none of them has a value.
    std::optional<Chart> chart(std::string_view currency) {
        collect(currency);
        if (rows_.empty())
            return {};
        const report::Column& column = result_.columns[figure_];
        Chart out{.title = column.heading(), .figure = column.type};
        const auto is_time_at = [&](std::size_t row) { return is_time(cell_of(result_, row, 0)); };
        const auto is_empty_at = [&](std::size_t row) { return cell_of(result_, row, 0).empty(); };
        const bool time = std::ranges::any_of(rows_, is_time_at) &&
                          std::ranges::all_of(rows_, [&](std::size_t row) {
                              return is_time_at(row) || is_empty_at(row);
                          });
        if (column.type == ColumnType::money && !currency.empty())
            out.title += fmt::format(", {}", currency);
        else if (!column.unit.empty())
            out.title += fmt::format(", {}", column.unit);
        const bool by_series =
            result_.groups() == 2 && kind_ != ChartKind::bar && (time || kind_.has_value());
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
        for (std::size_t row = 0; row < result_.rows.size(); ++row) {
            if (is_total(result_, row) || currency_of(result_, row) != currency)
                continue;
            rows_.push_back(row);
            any = any || value_of(cell_of(result_, row, figure_)).value_or(0) != 0;
        }
        if (!any)
            rows_.clear();
        collect_namesakes();
    }

    void collect_namesakes() {
        namesakes_.assign(result_.groups(), {});
        for (std::size_t group = 0; group < result_.groups(); ++group) {
            std::map<std::string, std::string> ids;  // by name
            for (const std::size_t row : rows_) {
                const std::string id = result_.id_of(row, group);
                const auto [found, added] = ids.emplace(cell_of(result_, row, group), id);
                if (!added && found->second != id)
                    namesakes_[group].insert(found->first);
            }
        }
    }

    /// Two records of one name are two groups.
    std::string key_of(std::size_t row, std::size_t group) const {
        return cell_of(result_, row, group) + '\0' + result_.id_of(row, group);
    }

    std::string label_key(std::size_t row, std::size_t groups) const {
        std::string key;
        for (std::size_t i = 0; i < groups; ++i)
            key += key_of(row, i) + '\0';
        return key;
    }

    std::string group_text(std::size_t row, std::size_t group) const {
        const std::string cell = cell_of(result_, row, group);
        report::Column column = result_.columns[group];
        if (is_month(cell))
            column.type = ColumnType::month;
        std::string text = text::visible(figure_text(column, cell));
        if (namesakes_[group].contains(cell))
            text += fmt::format(" ({})", result_.id_of(row, group));
        return text;
    }

    std::string label_text(std::size_t row, std::size_t groups) const {
        std::string text;
        for (std::size_t i = 0; i < groups; ++i)
            text += (i > 0 ? " · " : "") + group_text(row, i);
        return text;
    }

    void add_label(std::string key, std::string text, Chart& out) {
        if (places_.emplace(std::move(key), out.labels.size()).second)
            out.labels.push_back(std::move(text));
    }

    /// Months without a row get a place, too, so that distances are right.
    void place_labels(bool time, bool by_series, Chart& out) {
        places_.clear();
        const std::size_t groups = by_series ? 1 : result_.groups();
        std::vector<std::string> months;
        for (const std::size_t row : rows_)
            if (const std::string cell = cell_of(result_, row, 0);
                time && groups == 1 && is_month(cell))
                months.push_back(cell);
        if (!months.empty()) {
            const auto [first, last] = std::ranges::minmax(months);
            std::string month = first;
            const report::Column column{.name = "", .type = ColumnType::month};
            for (std::size_t i = 0; i < most_months && month <= last; ++i) {
                add_label(month + '\0' + '\0', figure_text(column, month), out);
                month = next_month(month);
            }
        }
        for (const std::size_t row : rows_)
            add_label(label_key(row, groups), label_text(row, groups), out);
    }

    void fill(bool by_series, Chart& out) {
        std::map<std::string, std::size_t> places;
        const report::Column& column = result_.columns[figure_];
        for (const std::size_t row : rows_) {
            const auto [found, added] =
                places.emplace(by_series ? key_of(row, 1) : "", out.series.size());
            if (added) {
                out.series.push_back({.name = by_series ? group_text(row, 1) : ""});
                out.series.back().values.resize(out.labels.size());
                out.series.back().texts.resize(out.labels.size());
            }
            Series& series = out.series[found->second];
            const std::size_t at = places_.at(label_key(row, by_series ? 1 : result_.groups()));
            const std::string cell = cell_of(result_, row, figure_);
            series.values[at] = value_of(cell);
            series.texts[at] = figure_text(column, cell);
        }
        if (column.type == ColumnType::money)
            drop_decimals(out.series);
    }

    /// Amounts without a fraction are shown without decimals.
    static void drop_decimals(std::vector<Series>& all) {
        const auto is_whole = [](const std::string& text) {
            const std::size_t point = text.find('.');
            return point == text.npos || text.find_first_not_of('0', point + 1) == text.npos;
        };
        for (const Series& series : all)
            if (!std::ranges::all_of(series.texts, is_whole))
                return;
        for (Series& series : all)
            for (std::string& text : series.texts)
                text.resize(std::min(text.find('.'), text.size()));
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
        out.axis = axis_for(least, most, out.figure == ColumnType::integer);
    }

    const Result& result_;
    std::size_t figure_;  // the column that is drawn
    std::optional<ChartKind> kind_;
    ChartLimits limits_;
    std::vector<std::size_t> rows_;
    std::map<std::string, std::size_t> places_;
    std::vector<std::set<std::string>> namesakes_;  // by group: names that two records have
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
    if (chart.figure == ColumnType::share)
        return fmt::format("{:.4g} %", value * 100);
    if (chart.figure == ColumnType::percent)
        return fmt::format("{:.4g} %", value);
    const double size = std::abs(value);
    if (size < chart.axis.step / 2)
        return "0";
    for (const auto& [unit, name] : {std::pair{1e9, "bn"}, {1e6, "M"}, {1e3, "k"}})
        if (size >= unit)
            return fmt::format("{:.6g}{}", value / unit, name);
    return fmt::format("{:.6g}", value);
}

std::vector<Chart> charts_of(const Result& result, std::optional<ChartKind> kind,
                             ChartLimits limits) {
    std::vector<Chart> out;
    if (kind == ChartKind::none || result.groups() == 0 ||
        result.charted() >= result.columns.size() || result.charted() < result.groups())
        return out;
    std::vector<std::string> currencies;
    for (std::size_t row = 0; row < result.rows.size(); ++row)
        if (std::string currency = currency_of(result, row);
            std::ranges::find(currencies, currency) == currencies.end())
            currencies.push_back(std::move(currency));
    ChartMaker maker(result, kind, limits);
    for (const std::string& currency : currencies)
        if (auto chart = maker.chart(currency))
            out.push_back(std::move(*chart));
    return out;
}

std::vector<double> parts_of_largest(const Result& result) {
    std::map<std::string, double> largest;  // by currency
    std::vector<double> out;
    const std::size_t figure = result.charted();
    for (std::size_t row = 0; row < result.rows.size(); ++row) {
        const bool has_figure = figure < result.columns.size() && !is_total(result, row);
        out.push_back(has_figure ? value_of(cell_of(result, row, figure)).value_or(0) : 0);
        double& most = largest[currency_of(result, row)];
        most = std::max(most, std::abs(out.back()));
    }
    for (std::size_t row = 0; row < out.size(); ++row) {
        const double most = largest[currency_of(result, row)];
        out[row] = most > 0 ? out[row] / most : 0;
    }
    return out;
}

}  // namespace crm::show
