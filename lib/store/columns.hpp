#pragma once

#include "store/select.hpp"
#include "time/date.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The columns of a selection: which there are, and what a person reads in them.
namespace crm::store {

/// The paths of all fields of a noun, after id and uid; `flat` for formats of one text a cell
/// (CSV): addresses in parts, and no first value in addition to its list.
std::vector<std::string> all_columns(const meta::Entity& entity, bool flat);

/// Adds columns by their paths. Throws usage where there is no such field.
void add_columns(Selection& selection, const std::vector<std::string>& paths);

/// The text of one column of a row, as `Selection::each` delivers it.
std::string cell_text(const SelectColumn& column, std::span<const View> cells, const Clock& clock);

}  // namespace crm::store
