#pragma once

#include "query/check.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace crm::query {

/// A condition for WHERE. Values are bound, identifiers come from meta; it is never NULL where it
/// decides (under NOT).
struct Condition {
    std::string sql;           ///< empty: every record
    std::vector<Value> binds;  ///< of ?first, ?first+1, …
    std::string explain;       ///< the checked form with resolved dates, one condition a line
};

/// SQL for a checked query on the table that is called `alias`, with parameters numbered from
/// `first`. Whether that record itself is in the trash is the caller's to ask; records reached over
/// links are live ones. Error{usage, query_too_large} where the engine's limits end.
Expected<Condition> lower(const Checked& query, const sql::Dialect& dialect, std::string_view alias,
                          std::size_t first = 1);

/// The words of a command line as one query: each keeps its bounds, so that it reads back the same.
std::string joined_words(std::span<const std::string> words);

/// All in one: the words of a command line to a condition.
Expected<Condition> compile(std::span<const std::string> words, const meta::Entity& entity,
                            const Context& context, std::string_view alias, std::size_t first = 1);

}  // namespace crm::query
