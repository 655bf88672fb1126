#include "base/pattern.hpp"
#include "base/spelling.hpp"
#include "base/text.hpp"
#include "query/leaf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

/// Patterns and words to search for, as a query has them.
namespace crm::query {

std::string pattern_of(const Literal& value, std::string_view query) {
    std::string pattern = (value.fold ? "(?i)" : "") + value.text;
    auto compiled = Pattern::compile(pattern);
    if (compiled)
        return pattern;
    Error e = std::move(compiled.error());
    const std::size_t inside = e.at - std::min<std::size_t>(e.at, value.fold ? 4 : 0);
    e.at = std::min(value.at + (value.regex || value.quoted ? 1 : 0) + inside, value.end);
    e.place = std::string(query);
    throw e;
}

std::vector<Value> words_of(const std::string& text, bool quoted, std::size_t at,
                            std::string_view query, bool& prefix) {
    prefix = !quoted && text.ends_with('*');
    std::vector<std::string> words = spellings(text);
    if (words.empty())
        throw trouble(
            "bad_value",
            fmt::format("'{}' has no letters or digits to search for", text::clipped(text, 40)),
            text.find_first_not_of("|&") == std::string::npos
                ? "use or, and, not: title:chief or title:cto"
                : "field:~PATTERN searches for any characters",
            query, at);
    return {std::make_move_iterator(words.begin()), std::make_move_iterator(words.end())};
}

}  // namespace crm::query
