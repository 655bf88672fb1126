#include "store/rows.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::store {

using meta::FieldInfo;

RowCells empty_row(const FieldInfo& rows) {
    const FieldInfo& last = rows.rows.back();
    return RowCells(last.first + last.cells);
}

const FieldInfo& inner_field(const FieldInfo& rows, std::string_view name) {
    const auto found = std::ranges::find(rows.rows, name, &FieldInfo::name);
    if (found == rows.rows.end())
        throw Error(Fault::internal, "internal", fmt::format("{} has no '{}'", rows.name(), name));
    return *found;
}

std::optional<std::int64_t> row_number(const RowCells& row, const FieldInfo& inner) {
    const auto* number = std::get_if<std::int64_t>(&row[inner.first]);
    return number == nullptr ? std::optional<std::int64_t>() : *number;
}

std::optional<std::string> row_text(const RowCells& row, const FieldInfo& inner) {
    const auto* text = std::get_if<std::string>(&row[inner.first + inner.cells - 1]);
    return text == nullptr ? std::optional<std::string>() : *text;
}

}  // namespace crm::store
