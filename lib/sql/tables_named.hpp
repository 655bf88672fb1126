#pragma once

#include <functional>
#include <string_view>

/// Which tables a statement names. All SQL of the program quotes the names of tables, which makes
/// them easy to find.
namespace crm::sql {

/// Calls `use(table, changed)` for every quoted name after FROM, JOIN, INTO or UPDATE; names of
/// common table expressions are among them. A table that is named twice is reported twice.
void each_table_named(std::string_view text,
                      const std::function<void(std::string_view, bool)>& use);

/// Calls `use(word)` for every word of letters, digits and underscores, in lower case.
void each_word(std::string_view text, const std::function<void(std::string_view)>& use);

}  // namespace crm::sql
