#include "report/sql_text.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

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
    if (c == '\'' || c == '"' || c == '`')
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

std::string first_of_order(std::string_view sql) {
    std::size_t at = std::string_view::npos;
    for (std::size_t i = find_keyword(sql, "ORDER"); i != sql.npos;
         i = find_keyword(sql, "ORDER", i + 1))
        at = i;
    if (at == sql.npos)
        return {};
    const std::size_t by = find_keyword(sql, "BY", at);
    if (by == sql.npos)
        return {};
    const auto items = split_at_commas(sql.substr(by + 2));
    std::string_view item = text::trimmed(items.front());
    const bool is_quoted = item.starts_with('"');
    std::size_t end = is_quoted ? end_of_quote(item, 0) : 0;
    while (!is_quoted && end < item.size() && is_part_of_name(item[end]))
        ++end;
    const std::string_view rest = text::trimmed(item.substr(end));
    if (end == 0 || (!rest.empty() && !is_part_of_name(rest[0])))
        return {};
    return std::string(is_quoted ? item.substr(1, end - 2) : item.substr(0, end));
}

namespace {

/// Reads the words of a statement, one after the other.
class TableReader {
public:
    explicit TableReader(std::string_view sql) : sql_(sql) {}

    std::vector<TableName> read() {
        while (at_ < sql_.size())
            step();
        return std::move(out_);
    }

private:
    /// What is known between two parentheses.
    struct Level {
        bool in_from = false;  ///< a comma is followed by a table
        bool expects = false;  ///< a table comes next
    };

    void step() {
        const char c = sql_[at_];
        const std::size_t quoted =
            c == '[' ? std::min(sql_.find(']', at_), sql_.size() - 1) + 1 : end_of_quote(sql_, at_);
        if (quoted > at_) {
            name(c == '-' || c == '/' ? std::string_view() : sql_.substr(at_, quoted - at_), true);
            at_ = quoted;
        } else if (is_part_of_name(c)) {
            std::size_t end = at_;
            while (end < sql_.size() && is_part_of_name(sql_[end]))
                ++end;
            word(sql_.substr(at_, end - at_));
            at_ = end;
        } else {
            mark(c);
            ++at_;
        }
    }

    void word(std::string_view text) {
        static constexpr std::string_view ends[] = {"select", "where", "group",  "having",
                                                    "order",  "limit", "window", "union",
                                                    "except", "values"};
        const std::string lower = text::lower_ascii(text);
        Level& level = levels_.back();
        const bool is_comparison = std::exchange(was_distinct_, lower == "distinct");
        if (lower == "from" || lower == "join") {
            level.in_from = level.in_from || !is_comparison;
            level.expects = !is_comparison;
        } else if (lower == "in") {
            level.expects = true;
        } else if (std::ranges::find(ends, lower) != std::end(ends)) {
            level = {};
        } else {
            name(text, false);
        }
    }

    void name(std::string_view text, bool is_quoted) {
        Level& level = levels_.back();
        if (text.empty() || !level.expects)
            return;
        level.expects = false;
        // The name of a schema comes before that of the table.
        const std::size_t next = sql_.find_first_not_of(" \t\r\n", at_ + text.size());
        if (next != sql_.npos && sql_[next] == '.') {
            level.expects = true;
            return;
        }
        out_.push_back(
            {is_quoted ? std::string(text.substr(1, text.size() - 2)) : text::lower_ascii(text),
             line_breaks(sql_.substr(0, at_))});
    }

    void mark(char c) {
        if (c == '(') {
            const Level outer = std::exchange(levels_.back().expects, false)
                                    ? Level{.in_from = true, .expects = true}
                                    : Level{};
            levels_.push_back(outer);
        } else if (c == ')' && levels_.size() > 1) {
            levels_.pop_back();
        } else if (c == ',' && levels_.back().in_from) {
            levels_.back().expects = true;
        }
    }

    std::string_view sql_;
    std::size_t at_ = 0;
    std::vector<Level> levels_ = std::vector<Level>(1);
    bool was_distinct_ = false;
    std::vector<TableName> out_;
};

}  // namespace

std::vector<TableName> table_names(std::string_view sql) {
    return TableReader(sql).read();
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
