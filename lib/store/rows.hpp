#pragma once

#include "store/record.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The cells of one row of a `rows` field.
namespace crm::store {

/// A row in which every cell is empty.
RowCells empty_row(const meta::FieldInfo& rows);
/// A field of the rows by its name, which must exist.
const meta::FieldInfo& inner_field(const meta::FieldInfo& rows, std::string_view name);
/// The whole number in a row; nothing where the cell is empty. Of money the minor units.
std::optional<std::int64_t> row_number(const RowCells& row, const meta::FieldInfo& inner);
/// The text in a row; nothing where the cell is empty. Of money the currency.
std::optional<std::string> row_text(const RowCells& row, const meta::FieldInfo& inner);

}  // namespace crm::store
