#include "cmd/report/print_result.hpp"

#include "base/text.hpp"
#include "cmd/cli/session.hpp"
#include "show/chart.hpp"

#include <fmt/format.h>

#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace crm::cmd {

using report::ColumnType;
using report::Result;

bool has_id(const report::Column& column) {
    return column.group && column.type == ColumnType::link;
}

Value id_cell(std::string id) {
    return id.empty() ? Value() : Value(std::move(id));
}

show::Shape shape_of(ColumnType type) {
    switch (type) {
        case ColumnType::number:
        case ColumnType::share:
        case ColumnType::percent:
        case ColumnType::days:
            return show::Shape::number;
        case ColumnType::money:
            return show::Shape::money;
        default:
            return show::Shape::plain;
    }
}

bool is_for_reading(const Session& session) {
    return session.format.empty() ? session.env.out_tty
                                  : session.format == "table" || session.format == "md";
}

Value cell_of(const report::Column& column, const Value& value, bool for_reading) {
    const bool is_share = column.type == ColumnType::share;
    if (!for_reading || (!is_share && column.type != ColumnType::percent))
        return value;
    const std::optional<double> number = report::number_of(value);
    return number ? fmt::format("{:.1f} %", *number * (is_share ? 100 : 1)) : value;
}

namespace {

/// A column of several texts, in JSON a list.
Rows::Head head_of_list(const std::string& title) {
    struct Owned {
        std::string name;
        meta::Field field;
        meta::FieldInfo info;
    };
    const auto owned = std::make_shared<Owned>();
    owned->name = title;
    owned->field = {owned->name, meta::Type::text, owned->name, meta::many};
    owned->info.field = &owned->field;
    owned->info.cells = 1;
    Rows::Head head{title};
    head.entries = std::shared_ptr<const meta::FieldInfo>(owned, &owned->info);
    return head;
}

Rows::Head head_of(const report::Column& column) {
    if (column.type == ColumnType::list)
        return head_of_list(column.name);
    return {column.name, shape_of(column.type)};
}

}  // namespace

void print_result(Session& session, const report::Answer& answer, bool bars) {
    const bool for_reading = is_for_reading(session);
    const Result& result = answer.result;
    std::vector<Rows::Head> heads;
    for (const report::Column& column : result.columns) {
        heads.push_back(head_of(column));
        if (!for_reading && has_id(column))
            heads.emplace_back(column.name + "_id");
    }
    if (bars)
        heads.emplace_back("", show::Shape::bar);
    Rows rows(session, heads);
    const std::vector<double> parts = bars ? show::parts_of_largest(result) : std::vector<double>();
    std::vector<View> cells;
    std::deque<Value> made;  // what the result does not have as it is shown
    for (std::size_t i = 0; i < result.rows.size(); ++i) {
        cells.clear();
        made.clear();
        const auto add = [&](Value value) {
            cells.emplace_back(made.emplace_back(std::move(value)));
        };
        for (std::size_t c = 0; c < result.columns.size(); ++c) {
            if (for_reading) {
                add(cell_of(result.columns[c], result.rows[i][c], true));
                continue;
            }
            cells.emplace_back(result.rows[i][c]);
            if (has_id(result.columns[c]))
                add(id_cell(result.id_of(i, c)));
        }
        if (bars)
            add(fmt::format("{:.4f}", parts[i]));
        rows.row(cells);
    }
    rows.end();
}

namespace {

/// The format that the name of a file ends in; empty where it is none.
std::string_view ending_of(std::string_view file) {
    for (const std::string_view format : {"html", "csv", "tsv", "json", "jsonl", "md", "xlsx"})
        if (file.ends_with(format) && file.size() > format.size() &&
            file[file.size() - format.size() - 1] == '.')
            return format;
    return {};
}

}  // namespace

bool names_a_format(std::string_view file) {
    return !ending_of(file).empty();
}

std::string format_of_file(const std::string& file) {
    if (const std::string_view format = ending_of(file); !format.empty())
        return std::string(format);
    throw Error(Fault::usage, "unknown_format",
                fmt::format("'{}' does not end in a known format", text::clipped(file, 60)),
                "--out report.html, .csv, .tsv, .json, .jsonl, .md, .xlsx, or -o FORMAT");
}

}  // namespace crm::cmd
