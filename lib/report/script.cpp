#include "report/script.hpp"

#include "base/text.hpp"
#include "report/local_days.hpp"
#include "sql/connection.hpp"
#include "sql/dialect.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace crm::report {
namespace {

/// Words of SQL that are not names without quotes, in SQLite or PostgreSQL.
constexpr std::string_view reserved[] = {
    "all",        "analyse",    "analyze",   "and",      "any",          "array",   "as",
    "asc",        "between",    "both",      "case",     "cast",         "check",   "collate",
    "column",     "constraint", "create",    "cross",    "default",      "delete",  "desc",
    "do",         "distinct",   "drop",      "else",     "end",          "escape",  "except",
    "exists",     "false",      "fetch",     "for",      "foreign",      "from",    "full",
    "grant",      "group",      "having",    "in",       "index",        "inner",   "insert",
    "intersect",  "into",       "is",        "isnull",   "join",         "leading", "left",
    "like",       "limit",      "natural",   "not",      "notnull",      "null",    "offset",
    "on",         "only",       "or",        "order",    "outer",        "over",    "primary",
    "references", "right",      "returning", "select",   "session_user", "set",     "some",
    "table",      "then",       "to",        "trailing", "transaction",  "true",    "union",
    "unique",     "update",     "user",      "using",    "values",       "when",    "where",
    "window",     "with",
};

/// Dialect::rounded_exactly, which other programs do not have; they get Dialect::rounded.
constexpr std::string_view own_round = "crm_round(";

/// Dialect::local_day of SQLite: date(x, 'localtime') is a day of the process's own zone.
constexpr std::string_view local_time = "'localtime'";

bool needs_quotes(std::string_view name) {
    const bool is_plain =
        !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == name.npos;
    return !is_plain || std::ranges::find(reserved, name) != std::end(reserved);
}

std::string literal_of(const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value))
        return std::to_string(*number);
    if (const auto* text = std::get_if<std::string>(&value))
        return sql::literal(*text);
    return "NULL";
}

class ScriptWriter {
public:
    explicit ScriptWriter(const Statement& statement)
        : sql_(statement.sql), binds_(statement.binds), local_days_(statement) {}

    std::string write() {
        while (at_ < sql_.size())
            next();
        return local_days_.complete(std::move(out_)) + ";\n";
    }

private:
    void next() {
        const char c = sql_[at_];
        if (sql_.compare(at_, local_time.size(), local_time) == 0 && is_date())
            return local_day();
        if (c == '\'')
            return copy_to(end_of_quote());
        if (c == '"')
            return name(end_of_quote());
        if (sql_.compare(at_, 2, "--") == 0)
            return copy_to(std::min(sql_.find('\n', at_), sql_.size()));
        if (c == '?')
            return parameter();
        if (sql_.compare(at_, own_round.size(), own_round) == 0)
            return begin_rounding();
        copy_to(at_ + 1);
        if (c == '(')
            open_.push_back({out_.size(), false});
        if (c == ')' && !open_.empty())
            close();
    }

    void begin_rounding() {
        open_.push_back({out_.size(), true});
        at_ += own_round.size();
    }

    void close() {
        const auto [begin, is_rounding] = open_.back();
        open_.pop_back();
        if (!is_rounding)
            return;
        const std::string number = out_.substr(begin, out_.size() - begin - 1);
        out_.resize(begin);
        out_ += sql::sqlite_dialect().rounded(number);
    }

    /// Within date(x, …
    bool is_date() const {
        return !open_.empty() && out_.ends_with(", ") &&
               std::string_view(out_).substr(0, open_.back().begin).ends_with("date(");
    }

    void local_day() {
        out_.resize(out_.size() - 2);
        out_ += local_days_.modifier(out_.substr(open_.back().begin));
        at_ += local_time.size();
    }

    /// Behind the quote that ends what begins here.
    std::size_t end_of_quote() const {
        const std::size_t end = sql_.find(sql_[at_], at_ + 1);
        return end == std::string::npos ? sql_.size() : end + 1;
    }

    void copy_to(std::size_t end) {
        out_ += sql_.substr(at_, end - at_);
        at_ = end;
    }

    void name(std::size_t end) {
        const std::string_view inside = std::string_view(sql_).substr(at_ + 1, end - at_ - 2);
        if (needs_quotes(inside))
            return copy_to(end);
        out_ += inside;
        at_ = end;
    }

    /// ?3 is the third value.
    void parameter() {
        std::size_t number = 0;
        std::size_t end = at_ + 1;
        for (; end < sql_.size() && sql_[end] >= '0' && sql_[end] <= '9'; ++end)
            number = number * 10 + static_cast<std::size_t>(sql_[end] - '0');
        if (number == 0)
            return copy_to(end);
        out_ += number > binds_.size() ? "NULL" : literal_of(binds_[number - 1]);
        at_ = end;
    }

    const std::string& sql_;
    const std::vector<Value>& binds_;
    std::string out_;
    std::size_t at_ = 0;
    LocalDays local_days_;
    struct Parenthesis {
        std::size_t begin;  ///< of what is in it, in what was written
        bool is_rounding;   ///< it is that of own_round, which is not written
    };
    std::vector<Parenthesis> open_;
};

/// Reads a line character by character: which of them are in quotes, and whether a comment begins.
/// Texts may have line breaks, so that a line may begin in quotes.
class Quotes {
public:
    explicit Quotes(char open) : open_(open) {}
    /// Whether the character is neither a quote nor in quotes.
    bool is_outside(char c) {
        if (open_ == 0 && (c == '\'' || c == '"')) {
            open_ = c;
            return false;
        }
        if (open_ == 0)
            return true;
        open_ = c == open_ ? '\0' : open_;
        return false;
    }
    char open() const { return open_; }

private:
    char open_;  ///< 0: none
};

struct Line {
    char quote_at_end = 0;
    bool has_comment = false;
};

Line read_line(std::string_view line, char quote) {
    Quotes quotes(quote);
    Line out;
    for (std::size_t i = 0; i < line.size() && !out.has_comment; ++i)
        out.has_comment = quotes.is_outside(line[i]) && line.substr(i).starts_with("--");
    out.quote_at_end = out.has_comment ? '\0' : quotes.open();
    return out;
}

/// Where a line that is too long can be broken: before a word that begins something, else before
/// any other, not within quotes. npos where it cannot.
std::size_t break_of(std::string_view line, char quote) {
    constexpr std::string_view words[] = {"AND ", "OR ", "WHEN ", "ELSE ", "ORDER BY ", "FROM "};
    std::size_t at_word = std::string_view::npos;
    std::size_t at_blank = std::string_view::npos;
    Quotes quotes(quote);
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (!quotes.is_outside(line[i]) || line[i] != ' ' || i < indent)
            continue;
        if (i > longest_line && at_blank != std::string_view::npos)
            break;
        at_blank = i;
        const bool begins = std::ranges::any_of(
            words, [&](std::string_view word) { return line.substr(i + 1).starts_with(word); });
        at_word = begins ? i : at_word;
    }
    const bool is_far = at_word != std::string_view::npos && at_word > indent + longest_line / 3;
    return is_far ? at_word : at_blank;
}

std::string wrapped(std::string_view sql) {
    std::string out;
    char quote = 0;
    for (std::string_view line : text::split(sql, '\n')) {
        const Line known = read_line(line, quote);
        const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
        std::string rest(line);
        while (rest.size() > longest_line && !known.has_comment) {
            const std::size_t at = break_of(rest, quote);
            if (at == std::string::npos || at <= indent + 4)
                break;
            out.append(rest, 0, at).append("\n");
            rest = std::string(indent + 4, ' ') + rest.substr(at + 1);
            quote = 0;
        }
        out.append(rest).append("\n");
        quote = known.quote_at_end;
    }
    if (!out.empty())
        out.pop_back();
    return out;
}

}  // namespace

std::string as_script(const Statement& statement) {
    return wrapped(ScriptWriter(statement).write());
}

}  // namespace crm::report
