#include "report/sql_text.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace crm::report {
namespace {

bool begins_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_part_of_name(char c) {
    return begins_name(c) || (c >= '0' && c <= '9');
}

/// The end of the quoted text or comment that begins at `from`; `from` where none does.
std::size_t end_of_quote(std::string_view sql, std::size_t from) {
    const char c = sql[from];
    const auto after = [&](std::string_view end, std::size_t begin) {
        const std::size_t at = sql.find(end, begin);
        return at == std::string_view::npos ? sql.size() : at + end.size();
    };
    if (c == '\'' || c == '"')
        return after(sql.substr(from, 1), from + 1);
    if (sql.substr(from).starts_with("--"))
        return std::min(sql.find('\n', from), sql.size());
    if (sql.substr(from).starts_with("/*"))
        return after("*/", from + 2);
    return from;
}

/// The place of the brace that closes the one at `open`; npos where none does.
std::size_t closing_brace(std::string_view sql, std::size_t open) {
    int depth = 0;
    for (std::size_t i = open; i < sql.size();) {
        if (const std::size_t end = end_of_quote(sql, i); end > i) {
            i = end;
            continue;
        }
        if (sql[i] == '{')
            ++depth;
        else if (sql[i] == '}' && --depth == 0)
            return i;
        ++i;
    }
    return std::string_view::npos;
}

/// Calls `visit(place)` for each character that is outside of parentheses, braces and quotes, until
/// it answers false.
template <class Visit>
void each_outside(std::string_view sql, std::size_t from, Visit visit) {
    int depth = 0;
    for (std::size_t i = from; i < sql.size();) {
        if (const std::size_t end = end_of_quote(sql, i); end > i) {
            i = end;
            continue;
        }
        const char c = sql[i];
        if (c == ')' || c == '}')
            --depth;
        if (depth == 0 && c != ')' && c != '}' && c != '(' && c != '{' && !visit(i))
            return;
        if (c == '(' || c == '{')
            ++depth;
        ++i;
    }
}

bool is_word_at(std::string_view sql, std::size_t at, std::string_view word) {
    if (at + word.size() > sql.size() || (at > 0 && is_part_of_name(sql[at - 1])))
        return false;
    const std::size_t end = at + word.size();
    return text::lower_ascii(sql.substr(at, word.size())) == text::lower_ascii(word) &&
           (end == sql.size() || !is_part_of_name(sql[end]));
}

SelectItem select_item(std::string_view sql) {
    std::size_t as = std::string_view::npos;
    for (std::size_t at = find_keyword(sql, "AS"); at != std::string_view::npos;
         at = find_keyword(sql, "AS", at + 1))
        as = at;
    if (as == std::string_view::npos)
        return {std::string(text::trimmed(sql)), ""};
    std::string_view name = text::trimmed(sql.substr(as + 2));
    if (name.size() > 1 && name.front() == '"' && name.back() == '"')
        name = name.substr(1, name.size() - 2);
    return {std::string(text::trimmed(sql.substr(0, as))), std::string(name)};
}

}  // namespace

std::vector<SqlPart> sql_parts(std::string_view sql, int line) {
    std::vector<SqlPart> out;
    std::size_t begin = 0;
    const auto text_until = [&](std::size_t end) {
        if (end == begin)
            return;
        out.push_back({SqlPart::Kind::text, sql.substr(begin, end - begin), line});
        line += line_breaks(out.back().text);
    };
    for (std::size_t i = 0; i < sql.size();) {
        if (const std::size_t end = end_of_quote(sql, i); end > i) {
            i = end;
            continue;
        }
        const bool is_parameter = sql[i] == ':' && (i == 0 || sql[i - 1] != ':') &&
                                  i + 1 < sql.size() && begins_name(sql[i + 1]);
        if (sql[i] != '{' && !is_parameter) {
            ++i;
            continue;
        }
        text_until(i);
        if (is_parameter) {
            std::size_t end = i + 1;
            while (end < sql.size() && is_part_of_name(sql[end]))
                ++end;
            out.push_back({SqlPart::Kind::parameter, sql.substr(i + 1, end - i - 1), line});
            begin = i = end;
            continue;
        }
        const std::size_t close = closing_brace(sql, i);
        if (close == std::string_view::npos)
            throw BadSqlText{"a brace is not closed", line};
        out.push_back({SqlPart::Kind::mark, sql.substr(i + 1, close - i - 1), line});
        line += line_breaks(out.back().text);
        begin = i = close + 1;
    }
    text_until(sql.size());
    return out;
}

std::vector<std::string_view> split_at_commas(std::string_view sql) {
    std::vector<std::string_view> out;
    std::size_t begin = 0;
    each_outside(sql, 0, [&](std::size_t i) {
        if (sql[i] == ',') {
            out.push_back(text::trimmed(sql.substr(begin, i - begin)));
            begin = i + 1;
        }
        return true;
    });
    out.push_back(text::trimmed(sql.substr(begin)));
    return out;
}

std::vector<SelectItem> select_items(std::string_view sql) {
    std::vector<SelectItem> out;
    const std::size_t select = find_keyword(sql, "SELECT");
    if (select == std::string_view::npos)
        return out;
    const std::size_t from = std::min(find_keyword(sql, "FROM", select), sql.size());
    for (const std::string_view item : split_at_commas(sql.substr(select + 6, from - select - 6)))
        out.push_back(select_item(item));
    return out;
}

std::size_t find_keyword(std::string_view sql, std::string_view keyword, std::size_t from) {
    std::size_t found = std::string_view::npos;
    each_outside(sql, from, [&](std::size_t i) {
        if (!is_word_at(sql, i, keyword))
            return true;
        found = i;
        return false;
    });
    return found;
}

std::vector<TableName> table_names(std::string_view sql) {
    std::vector<TableName> out;
    for (std::size_t i = 0; i < sql.size();) {
        const bool begins = is_word_at(sql, i, "FROM") || is_word_at(sql, i, "JOIN");
        if (!begins) {
            i = std::max(end_of_quote(sql, i), i + 1);
            continue;
        }
        i = std::min(sql.find_first_not_of(" \t\n", i + 4), sql.size());
        std::size_t end = i;
        const int line = line_breaks(sql.substr(0, i));
        if (i < sql.size() && sql[i] == '"') {
            end = end_of_quote(sql, i);
            out.push_back({std::string(sql.substr(i + 1, end - i - 2)), line});
        } else {
            while (end < sql.size() && is_part_of_name(sql[end]))
                ++end;
            out.push_back({text::lower_ascii(sql.substr(i, end - i)), line});
        }
        i = std::max(end, i);
    }
    return out;
}

std::string as_operand(std::string_view sql) {
    bool has_operator = false;
    each_outside(sql, 0, [&](std::size_t i) {
        has_operator = std::string_view("+-*/|<>=").find(sql[i]) != std::string_view::npos ||
                       is_word_at(sql, i, "AND") || is_word_at(sql, i, "OR");
        return !has_operator;
    });
    return has_operator ? "(" + std::string(sql) + ")" : std::string(sql);
}

int line_breaks(std::string_view text) {
    return static_cast<int>(std::ranges::count(text, '\n'));
}

}  // namespace crm::report
