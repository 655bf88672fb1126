#include "report/result.hpp"

#include <algorithm>

namespace crm::report {

std::string text_of(const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value))
        return std::to_string(*number);
    const auto* text = std::get_if<std::string>(&value);
    return text == nullptr ? std::string() : *text;
}

std::string Result::id_of(std::size_t row, std::size_t group) const {
    return row < ids.size() ? ids[row].at(group) : std::string();
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

std::size_t Result::currency() const {
    const auto found = std::ranges::find(columns, "currency", &Column::name);
    return static_cast<std::size_t>(found - columns.begin());
}

}  // namespace crm::report
