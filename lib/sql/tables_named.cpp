#include "sql/tables_named.hpp"

#include "base/chars.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <string>

namespace crm::sql {
namespace {

bool part_of_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Whether `text` ends with the keyword, as a word of its own.
bool ends_with_keyword(std::string_view text, std::string_view keyword) {
    if (!text.ends_with(keyword))
        return false;
    text.remove_suffix(keyword.size());
    return text.empty() || !part_of_word(text.back());
}

void report(std::string_view before, std::string_view name,
            const std::function<void(std::string_view, bool)>& use) {
    while (before.ends_with(' ') || before.ends_with('\n'))
        before.remove_suffix(1);
    // Most quoted names are columns, behind a comma, a dot or a parenthesis.
    if (before.empty() || !part_of_word(before.back()))
        return;
    for (const std::string_view keyword : {"INTO", "UPDATE", "DELETE FROM"})
        if (ends_with_keyword(before, keyword))
            return use(name, true);
    for (const std::string_view keyword : {"FROM", "JOIN"})
        if (ends_with_keyword(before, keyword))
            return use(name, false);
}

}  // namespace

void each_table_named(std::string_view text,
                      const std::function<void(std::string_view, bool)>& use) {
    static constexpr Chars marks("'\"-");
    const auto next_mark = [&](std::size_t at) {
        while (at < text.size() && !marks.has(text[at]))
            ++at;
        return at;
    };
    for (std::size_t at = next_mark(0); at < text.size();) {
        if (text.substr(at).starts_with("--")) {  // its apostrophes are no quotes
            at = next_mark(text.find('\n', at));
            continue;
        }
        if (text[at] == '-') {
            at = next_mark(at + 1);
            continue;
        }
        const auto end = text.find(text[at], at + 1);
        if (end == std::string_view::npos)
            return;
        if (text[at] == '"')
            report(text.substr(0, at), text.substr(at + 1, end - at - 1), use);
        at = next_mark(end + 1);
    }
}

void each_word(std::string_view text, const std::function<void(std::string_view)>& use) {
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && part_of_word(text[end]))
            ++end;
        if (end > at)
            use(text::lower_ascii(text.substr(at, end - at)));
        at = std::max(end, at + 1);
    }
}

}  // namespace crm::sql
