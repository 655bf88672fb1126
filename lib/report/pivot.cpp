#include "report/pivot.hpp"

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace crm::report {
namespace {

/// A value of the last group, which becomes a column; records without a value are in "none".
struct PivotColumn {
    std::int64_t number = 0;  ///< of a whole number: they are sorted by value
    std::string text;
    std::string id;  ///< of a record
    auto operator<=>(const PivotColumn&) const = default;
};

PivotColumn column_of(const Result& in, std::size_t row, std::size_t group) {
    PivotColumn out{.text = text_of(in.rows[row][group]), .id = in.id_of(row, group)};
    if (const auto* number = std::get_if<std::int64_t>(&in.rows[row][group]))
        out.number = *number;
    if (out.text.empty())
        out.text = "none";
    return out;
}

std::vector<PivotColumn> columns_of(const Result& in, std::size_t group) {
    std::vector<PivotColumn> out;
    for (std::size_t row = 0; row < in.rows.size(); ++row)
        out.push_back(column_of(in, row, group));
    std::ranges::sort(out);
    const auto [first, last] = std::ranges::unique(out);
    out.erase(first, last);
    return out;
}

/// The title of a column: with the id where two records have one name.
std::string title_of(const std::vector<PivotColumn>& columns, const PivotColumn& column) {
    const bool alone = std::ranges::count(columns, column.text, &PivotColumn::text) == 1;
    return alone || column.id.empty() ? column.text
                                      : fmt::format("{} ({})", column.text, column.id);
}

/// What stays before the new columns: the first groups, and the currency.
Row head_of(const Result& in, const Row& row, std::size_t groups) {
    Row head(row.begin(), row.begin() + static_cast<long>(groups));
    if (in.currency() < in.columns.size())
        head.push_back(row[in.currency()]);
    return head;
}

/// The row with this head, added where it is new.
Row& row_with(Result& out, const Row& head, const RowIds& ids) {
    for (std::size_t i = 0; i < out.rows.size(); ++i)
        if (out.ids[i] == ids && std::equal(head.begin(), head.end(), out.rows[i].begin()))
            return out.rows[i];
    out.ids.push_back(ids);
    Row& row = out.rows.emplace_back(head);
    row.resize(out.columns.size());
    return row;
}

std::size_t figure_named(const Result& in, std::string_view name) {
    const std::size_t at = in.place_of(name);
    if (at < in.columns.size() && in.columns[at].numeric() && !in.columns[at].group)
        return at;
    std::vector<std::string> figures;
    for (const Column& column : in.columns)
        if (column.numeric() && !column.group)
            figures.push_back(column.name);
    Error e(Fault::usage, "unknown_field",
            fmt::format("there is no figure '{}'", text::clipped(name, 40)));
    suggest(e, name, figures, text::joined(figures, ", "));
    throw e;
}

std::size_t figure_of(const Result& in, std::string_view named) {
    return named.empty() ? in.figure() : figure_named(in, named);
}

}  // namespace

Result pivot(const Result& in, std::string_view named, const Result* by_row) {
    if (in.groups() < 2)
        throw Error(Fault::usage, "no_pivot",
                    "--pivot requires two groups: the last one becomes the columns",
                    "--by stage,owner --pivot");
    const std::size_t last = in.groups() - 1;
    const std::size_t figure = figure_of(in, named);
    Result out{
        {in.columns.begin(), in.columns.begin() + static_cast<long>(last)}, {}, {}, in.notes};
    if (in.currency() < in.columns.size())
        out.columns.push_back(in.columns[in.currency()]);
    const std::size_t fixed = out.columns.size();
    const std::vector<PivotColumn> columns = columns_of(in, last);
    for (const PivotColumn& column : columns) {
        out.columns.push_back(in.columns[figure]);
        out.columns.back().name = title_of(columns, column);
    }
    if (by_row != nullptr) {
        out.columns.push_back(in.columns[figure]);
        out.columns.back().name = "total";
    }
    const auto row_of = [&](const Result& from, std::size_t i) -> Row& {
        RowIds ids;
        for (std::size_t group = 0; group < last; ++group)
            ids.push_back(from.id_of(i, group));
        return row_with(out, head_of(from, from.rows[i], last), ids);
    };
    for (std::size_t i = 0; i < in.rows.size(); ++i) {
        const auto column = std::ranges::lower_bound(columns, column_of(in, i, last));
        row_of(in, i)[fixed + static_cast<std::size_t>(column - columns.begin())] =
            in.rows[i][figure];
    }
    if (by_row != nullptr)
        for (std::size_t i = 0; i < by_row->rows.size(); ++i)
            row_of(*by_row, i).back() = by_row->rows[i][figure_of(*by_row, named)];
    return out;
}

void add_pivot_totals(Result& out, std::string_view named, const Result& by_column,
                      const Result& all) {
    const std::vector<PivotColumn> columns = columns_of(by_column, 0);
    const std::size_t fixed = out.columns.size() - columns.size() - 1;
    const std::size_t groups = fixed - (out.currency() < out.columns.size() ? 1 : 0);
    const std::size_t first = out.rows.size();
    const auto row_of = [&](const Result& from, std::size_t i) -> Row& {
        Row head(groups);
        if (from.currency() < from.columns.size())
            head.push_back(from.rows[i][from.currency()]);
        for (std::size_t at = first; at < out.rows.size(); ++at)
            if (std::equal(head.begin(), head.end(), out.rows[at].begin()))
                return out.rows[at];
        if (!out.ids.empty())
            out.ids.emplace_back(groups);
        Row& row = out.rows.emplace_back(std::move(head));
        row.resize(out.columns.size());
        return row;
    };
    for (std::size_t i = 0; i < by_column.rows.size(); ++i) {
        const auto column = std::ranges::lower_bound(columns, column_of(by_column, i, 0));
        row_of(by_column, i)[fixed + static_cast<std::size_t>(column - columns.begin())] =
            by_column.rows[i][figure_of(by_column, named)];
    }
    for (std::size_t i = 0; i < all.rows.size(); ++i)
        row_of(all, i).back() = all.rows[i][figure_of(all, named)];
}

}  // namespace crm::report
