#pragma once

#include "query/path.hpp"

#include <string>
#include <vector>

namespace crm::query {

/// One condition of a field as a predicate. `!=` and lists of values are the caller's: it asks for
/// `equals`, value by value. Throws a usage fault at the value when it is none of the field's type.
/// Dates it resolved are added to `resolved`.
Predicate field_predicate(const Target& target, Op op, const Literal& value, const Context& context,
                          std::string_view query, std::string& resolved);

/// A whole number with an operator or a range, for `id` and `count(…)`.
Predicate number_predicate(Predicate shape, Op op, const Literal& value, std::string_view name,
                           std::string_view query);

/// The pattern that the engine's crm_match takes; throws where it is wrong.
std::string pattern_of(const Literal& value, std::string_view query);

/// The words of free text for the full text, in each of their spellings (base/spelling.hpp);
/// `prefix` when it ends with * and is not quoted. Throws when there are none.
std::vector<Value> words_of(const std::string& text, bool quoted, std::size_t at,
                            std::string_view query, bool& prefix);

}  // namespace crm::query
