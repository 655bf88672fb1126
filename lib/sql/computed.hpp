#pragma once

#include "meta/entity.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// Fields as SQL, whether a table keeps them or they are computed when asked for (More::computed).
namespace crm::sql {

/// The cells of a field in a statement that knows its record, or its row, as `alias`. `have` says
/// whether a noun has records at all; without it every noun is asked.
std::vector<std::string> cells(const meta::FieldInfo& field, std::string_view alias,
                               const std::function<bool(std::string_view)>& have = {});

/// A formula of computed_fields, whether or not a field has it, about the record of a noun known as
/// `alias`; of an amount its minor units, and its currency.
std::string formula_value(std::string_view name, std::string_view noun, std::string_view alias,
                          const std::function<bool(std::string_view)>& have = {});
std::string formula_currency(std::string_view name, std::string_view noun, std::string_view alias,
                             const std::function<bool(std::string_view)>& have = {});

/// What `cells` gave for the alias "$", or the name of a column, of the record known as `alias`.
std::string over(std::string_view cell, std::string_view alias);

}  // namespace crm::sql
