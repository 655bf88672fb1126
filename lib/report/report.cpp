#include "report/report.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>

namespace crm::report {
namespace {

struct HeaderLine {
    std::string key, value;
};

struct ParsedFile {
    std::vector<HeaderLine> header;
    std::string sql;
};

[[noreturn]] void wrong(std::string_view file, std::string_view what) {
    throw Error(Fault::internal, "bad_report", fmt::format("{}: {}", file, what));
}

ParsedFile parse_file(std::string_view text, std::string_view file) {
    ParsedFile out;
    while (text.starts_with("--")) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(2, end - 2);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.starts_with("  ") && !out.header.empty()) {
            out.header.back().value.append(" ").append(text::trimmed(line));
            continue;
        }
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos)
            wrong(file, fmt::format("'{}' is not -- key: value", line));
        out.header.push_back({std::string(text::trimmed(line.substr(0, colon))),
                              std::string(text::trimmed(line.substr(colon + 1)))});
    }
    out.sql = text::trimmed(text);
    return out;
}

std::vector<std::string> read_list(std::string_view text) {
    std::vector<std::string> out;
    for (const std::string_view item : text::split(text, ','))
        out.emplace_back(text::trimmed(item));
    return out;
}

/// NAME TYPE meaning
Column read_column(std::string_view text, std::string_view file) {
    const auto take_word = [&] {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        text = text::trimmed(text.substr(end));
        return word;
    };
    Column column;
    column.name = take_word();
    const std::string_view type = take_word();
    column.help = text;
    if (type == "integer") {
        column.type = ColumnType::integer;
    } else if (type == "share") {
        column.type = ColumnType::share;
    } else if (type == "money") {
        column.type = ColumnType::money;
    } else if (type.starts_with("number(") && type.ends_with(")")) {
        column.type = ColumnType::number;
        std::from_chars(type.data() + 7, type.data() + type.size() - 1, column.digits);
    } else {
        wrong(file, fmt::format("'{}' is not a type; valid types are integer, number(DIGITS), "
                                "share and money",
                                type));
    }
    return column;
}

/// NAME = SQL
void read_pair(std::string_view text, std::string_view file, std::string& name, std::string& sql) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos)
        wrong(file, fmt::format("'{}' is not NAME = SQL", text));
    name = text::trimmed(text.substr(0, equals));
    sql = text::trimmed(text.substr(equals + 1));
}

void read_days(Report& report, std::string_view text, std::string_view file) {
    const std::vector<std::string> days = read_list(text);
    if (days.size() != 2)
        wrong(file, "days are FIRST, LAST");
    report.first_day = days[0];
    report.last_day = days[1];
}

void chart_column(Report& report, std::string_view name, std::string_view file) {
    const auto column = std::ranges::find(report.columns, name, &Column::name);
    if (column == report.columns.end())
        wrong(file, fmt::format("'{}' is not a column before it", name));
    column->charted = true;
}

}  // namespace

bool Report::has_money() const {
    return std::ranges::any_of(columns,
                               [](const Column& c) { return c.type == ColumnType::money; });
}

Report read_report(std::string_view text, std::string_view file) {
    Report out;
    const std::pair<std::string_view, std::string*> texts[] = {
        {"report", &out.name},   {"help", &out.help},         {"noun", &out.noun},
        {"query", &out.query},   {"period", &out.period},     {"by", &out.by},
        {"value", &out.value},   {"currency", &out.currency}, {"missing", &out.missing},
        {"always", &out.always},
    };
    ParsedFile parsed = parse_file(text, file);
    for (auto& [key, value] : parsed.header) {
        const auto field = std::ranges::find(texts, std::string_view(key),
                                             &std::pair<std::string_view, std::string*>::first);
        if (field != std::end(texts))
            *field->second = value;
        else if (key == "group")
            read_pair(value, file, out.group_name, out.group_sql);
        else if (key == "group-id")
            read_pair(value, file, out.group_noun, out.group_id);
        else if (key == "days")
            read_days(out, value, file);
        else if (key == "column")
            out.columns.push_back(read_column(value, file));
        else if (key == "chart")
            chart_column(out, value, file);
        else if (key == "basis")
            out.basis = read_list(value);
        else
            wrong(file, fmt::format("'{}' is not a key of a report", key));
    }
    out.sql = std::move(parsed.sql);
    return out;
}

Method read_method(std::string_view text, std::string_view file) {
    Method out;
    ParsedFile parsed = parse_file(text, file);
    for (auto& [key, value] : parsed.header) {
        if (key == "method")
            out.name = value;
        else if (key == "help")
            out.help = value;
        else if (key == "reports")
            out.reports = read_list(value);
        else if (key == "weighted")
            out.weighted = value;
        else
            wrong(file, fmt::format("'{}' is not a key of a method", key));
    }
    out.joins = std::move(parsed.sql);
    return out;
}

}  // namespace crm::report
