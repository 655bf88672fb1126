#include "report/result.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace crm::report {

std::string Column::heading() const {
    if (!title.empty())
        return title;
    std::string out = name;
    std::ranges::replace(out, '_', ' ');
    std::ranges::replace(out, '.', ' ');
    if (!out.empty() && out[0] >= 'a' && out[0] <= 'z')
        out[0] = static_cast<char>(out[0] - 'a' + 'A');
    return out;
}

bool Column::numeric() const {
    switch (type) {
        case ColumnType::integer:
        case ColumnType::number:
        case ColumnType::share:
        case ColumnType::percent:
        case ColumnType::money:
        case ColumnType::days:
            return true;
        default:
            return false;
    }
}

std::string type_text(const Column& column) {
    static constexpr std::string_view words[] = {
        "text",   "date",  "instant", "month", "boolean", "duration", "integer",
        "number", "share", "percent", "money", "days",    "list"};
    if (column.type == ColumnType::link)
        return column.noun;
    std::string out(words[static_cast<std::size_t>(column.type)]);
    if (column.type == ColumnType::number && column.digits > 0)
        out += "(" + std::to_string(column.digits) + ")";
    return out;
}

std::string text_of(const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value))
        return std::to_string(*number);
    const auto* text = std::get_if<std::string>(&value);
    return text == nullptr ? std::string() : *text;
}

std::optional<double> number_of(const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value))
        return static_cast<double>(*number);
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr || text->empty())
        return {};
    char* end = nullptr;
    const double number = std::strtod(text->c_str(), &end);
    if (*end != '\0' || !std::isfinite(number))
        return {};
    return number;
}

std::string Result::id_of(std::size_t row, std::size_t group) const {
    return row < ids.size() && group < ids[row].size() ? ids[row][group] : std::string();
}

std::size_t Result::groups() const {
    return static_cast<std::size_t>(std::ranges::count(columns, true, &Column::group));
}

std::size_t Result::figure() const {
    const auto money = std::ranges::find(columns, ColumnType::money, &Column::type);
    return money == columns.end() ? groups() : static_cast<std::size_t>(money - columns.begin());
}

std::size_t Result::charted() const {
    const auto named = std::ranges::find(columns, true, &Column::charted);
    return named == columns.end() ? figure() : static_cast<std::size_t>(named - columns.begin());
}

std::size_t Result::place_of(std::string_view name) const {
    return static_cast<std::size_t>(std::ranges::find(columns, name, &Column::name) -
                                    columns.begin());
}

std::size_t Result::currency() const {
    return place_of("currency");
}

std::size_t Result::level(std::size_t row) const {
    const std::size_t at = place_of("level");
    if (at == columns.size() || columns[at].group)
        return groups();
    const auto* level = std::get_if<std::int64_t>(&rows[row][at]);
    return level == nullptr ? groups() : static_cast<std::size_t>(*level);
}

}  // namespace crm::report
