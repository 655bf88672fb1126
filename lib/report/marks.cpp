#include "report/marks.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <vector>

namespace crm::report {
namespace {

/// The end of the mark that begins at `from`: the place of its closing brace.
std::size_t closing_brace(std::string_view text, std::size_t from) {
    int depth = 0;
    for (std::size_t i = from; i < text.size(); ++i) {
        if (text[i] == '{')
            ++depth;
        else if (text[i] == '}' && --depth == 0)
            return i;
    }
    throw Error(Fault::internal, "bad_report", "a mark is not closed",
                std::string(text.substr(from, 40)));
}

/// Parts at commas that are not within parentheses, braces or quotes.
std::vector<std::string_view> split_arguments(std::string_view text) {
    std::vector<std::string_view> out;
    int depth = 0;
    bool quoted = false;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\'')
            quoted = !quoted;
        if (quoted)
            continue;
        if (c == '(' || c == '{')
            ++depth;
        if (c == ')' || c == '}')
            --depth;
        if (c == ',' && depth == 0) {
            out.push_back(text::trimmed(text.substr(begin, i - begin)));
            begin = i + 1;
        }
    }
    out.push_back(text::trimmed(text.substr(begin)));
    return out;
}

/// Blanks as wide as the last line of a text.
std::string blanks_below(std::string_view text) {
    const std::size_t end = text.rfind('\n');
    return std::string(end == text.npos ? text.size() : text.size() - end - 1, ' ');
}

std::string without_blank_lines(std::string_view text) {
    std::string out;
    for (const std::string_view line : text::split(text, '\n')) {
        const std::size_t last = line.find_last_not_of(' ');
        if (last == std::string_view::npos)
            continue;
        out.append(out.empty() ? "" : "\n").append(line.substr(0, last + 1));
    }
    return out;
}

}  // namespace

std::string MarkExpander::expand(std::string_view text) const {
    std::string out;
    while (true) {
        const std::size_t open = text.find('{');
        out += text.substr(0, open);
        if (open == std::string_view::npos)
            return without_blank_lines(out);
        const std::size_t close = closing_brace(text, open);
        const std::string_view inside = text.substr(open + 1, close - open - 1);
        const std::string sql = expand_mark(inside);
        // What is written inside a mark is indented already.
        const bool plain = inside.find_first_of("(?") == std::string_view::npos;
        const std::string indent = plain ? blanks_below(out) : std::string();
        for (const char c : sql) {
            out += c;
            if (c == '\n')
                out += indent;
        }
        text.remove_prefix(close + 1);
        if (sql.empty() && text.starts_with(' '))
            text.remove_prefix(1);
    }
}

std::string MarkExpander::expand_mark(std::string_view inside) const {
    if (inside.starts_with('?')) {
        const std::size_t blank = inside.find(' ');
        const std::string_view noun = inside.substr(1, blank - 1);
        return has_records(noun) ? expand(inside.substr(blank + 1)) : "NULL";
    }
    const std::size_t open = inside.find('(');
    if (open == std::string_view::npos)
        return mark(inside, {});
    std::vector<std::string> arguments;
    for (const std::string_view argument :
         split_arguments(inside.substr(open + 1, inside.size() - open - 2)))
        arguments.push_back(expand(argument));
    return mark(inside.substr(0, open), arguments);
}

}  // namespace crm::report
