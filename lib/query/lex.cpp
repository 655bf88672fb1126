#include "query/lex.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace crm::query {
namespace {

constexpr std::size_t longest = 1 << 20;
constexpr std::size_t most_tokens = 4000;
constexpr std::size_t most_values = 10000;

bool blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool name_begin(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}
bool name_char(char c) {
    return name_begin(c) || (c >= '0' && c <= '9') || c == '-';
}

/// Length of `name.name` at the beginning of `s`, 0 when there is none.
std::size_t path_length(std::string_view s) {
    std::size_t i = 0;
    for (;;) {
        if (i >= s.size() || !name_begin(s[i]))
            return 0;
        while (i < s.size() && name_char(s[i]))
            ++i;
        if (i >= s.size() || s[i] != '.')
            return i;
        ++i;
    }
}

/// The same when a term begins here: a path and its colon. An address of the web is none.
std::size_t term_length(std::string_view s) {
    const auto n = path_length(s);
    return n > 0 && n < s.size() && s[n] == ':' && !s.substr(n).starts_with("://") ? n : 0;
}

bool connective(std::string_view word) {
    return word == "or" || word == "and" || word == "not" || word == "OR" || word == "AND" ||
           word == "NOT";
}

/// Whether a command-line word is one term whose value has blanks.
bool one_value(std::string_view word) {
    while (word.starts_with('-'))
        word.remove_prefix(1);
    const auto n = term_length(word);
    if (n == 0 || word.substr(0, n) == "is" || word.substr(0, n).ends_with(".is"))
        return false;
    word.remove_prefix(n + 1);
    while (!word.empty() && std::string_view("=!<>~^ ").find(word[0]) != std::string_view::npos)
        word.remove_prefix(1);
    if (word.starts_with('/') || word.find_first_of("()\"") != std::string_view::npos)
        return false;
    bool first = true, several = false;
    for (std::size_t i = 0; i < word.size();) {
        std::size_t end = i;
        while (end < word.size() && !blank(word[end]))
            ++end;
        const auto part = word.substr(i, end - i);
        if (!first && !part.empty()) {
            if (connective(part) || term_length(part) > 0)
                return false;
            if (part.size() > 1 && std::string_view("-+@").find(part[0]) != std::string_view::npos)
                return false;
            several = true;
        }
        first = false;
        i = end + 1;
    }
    return several;
}

class Lexer {
public:
    explicit Lexer(std::span<const std::string> words) {
        for (const auto& word : words) {
            const std::string clean = text::sanitised(word);
            if (clean.empty())
                continue;
            if (!made_.text.empty())
                made_.text += ' ';
            starts_.push_back(made_.text.size());
            made_.text += clean;
            if (made_.text.size() > longest) {
                made_.text.resize(60);
                fail("query_too_large", "the query is too long", "", 0);
            }
        }
        starts_.push_back(made_.text.size() + 1);
    }

    Lexed run() {
        for (std::size_t i = 0; i + 1 < starts_.size(); ++i)
            word(starts_[i], starts_[i + 1] - 1);
        made_.tokens.push_back({.at = made_.text.size(), .end = made_.text.size()});
        return std::move(made_);
    }

private:
    using Kind = Token::Kind;

    [[noreturn]] void fail(std::string_view code, std::string message, std::string hint,
                           std::size_t at) const {
        throw trouble(code, std::move(message), std::move(hint), made_.text, at);
    }
    [[noreturn]] void syntax(std::string message, std::string hint, std::size_t at) const {
        fail("bad_query", std::move(message), std::move(hint), at);
    }
    bool more() const { return at_ < end_; }
    char now() const { return made_.text[at_]; }
    std::string_view rest() const { return std::string_view(made_.text).substr(at_, end_ - at_); }
    std::string slice(std::size_t from, std::size_t to) const {
        return made_.text.substr(from, to - from);
    }
    void skip_blanks() {
        while (more() && blank(now()))
            ++at_;
    }

    void word(std::size_t from, std::size_t to) {
        at_ = from;
        end_ = to;
        whole_ = one_value(rest());
        const auto first = made_.tokens.size();
        for (skip_blanks(); more(); skip_blanks()) {
            if (made_.tokens.size() >= most_tokens)
                fail("query_too_large", "the query has too many terms", "", at_);
            token();
        }
        group(first, from, to);
    }

    /// Parentheses around the tokens of one word when without them its `or` would take in its
    /// neighbours.
    void group(std::size_t first, std::size_t from, std::size_t to) {
        auto& tokens = made_.tokens;
        if (tokens.size() - first < 3)
            return;
        if (tokens.back().kind == Kind::either || tokens.back().kind == Kind::both ||
            tokens.back().kind == Kind::negation)
            return;
        if (tokens[first].kind == Kind::either || tokens[first].kind == Kind::both)
            return;
        int depth = 0;
        bool splits = false;
        for (std::size_t i = first; i < tokens.size(); ++i) {
            if (tokens[i].kind == Kind::open || tokens[i].kind == Kind::every)
                ++depth;
            if (tokens[i].kind == Kind::close && --depth < 0)
                return;
            splits = splits || (depth == 0 && tokens[i].kind == Kind::either);
        }
        if (depth != 0 || !splits)
            return;
        tokens.insert(tokens.begin() + static_cast<long>(first),
                      Token{.kind = Kind::open, .at = from, .end = from});
        tokens.push_back({.kind = Kind::close, .at = to, .end = to});
    }

    Token& add(Kind kind, std::size_t from) {
        made_.tokens.push_back({.kind = kind, .at = from, .end = at_});
        return made_.tokens.back();
    }

    void token() {
        const auto from = at_;
        const char next = at_ + 1 < end_ ? made_.text[at_ + 1] : ' ';
        switch (now()) {
            case '(':
                return ++at_, void(add(Kind::open, from));
            case ')':
                return ++at_, void(add(Kind::close, from));
            case '"':
                return text(from);
            case '-':
                if (blank(next))
                    break;
                return ++at_, void(add(Kind::negation, from));
            case '+':
            case '@': {
                if (blank(next))
                    break;
                const Kind kind = now() == '+' ? Kind::tag : Kind::segment;
                ++at_;
                bool quoted = false;
                std::string name = chunk(quoted);
                if (name.empty())
                    syntax(
                        kind == Kind::tag ? "+ requires a tag" : "@ requires the name of a segment",
                        "", from);
                add(kind, from).word = std::move(name);
                return;
            }
            default:
                break;
        }
        if (term_length(rest()) > 0)
            return term(from);
        if (rest().starts_with("every("))
            return at_ += 6, void(add(Kind::every, from));
        if (rest().starts_with("count("))
            return count(from);
        text(from);
    }

    /// A quoted string or everything to the next blank or parenthesis.
    std::string chunk(bool& quoted) {
        quoted = more() && now() == '"';
        if (quoted)
            return quoted_text();
        const auto from = at_;
        while (more() && !blank(now()) && now() != '(' && now() != ')')
            ++at_;
        return slice(from, at_);
    }

    void text(std::size_t from) {
        bool quoted = false;
        std::string word = chunk(quoted);
        Kind kind = Kind::text;
        if (!quoted && connective(word)) {
            const std::string lower = text::lower_ascii(word);
            kind = lower == "or" ? Kind::either : lower == "and" ? Kind::both : Kind::negation;
        }
        auto& token = add(kind, from);
        token.word = std::move(word);
        token.quoted = quoted;
    }

    std::string quoted_text() {
        const auto from = at_++;
        std::string out;
        while (more() && now() != '"') {
            if (now() == '\\' && at_ + 1 < end_ &&
                (made_.text[at_ + 1] == '"' || made_.text[at_ + 1] == '\\'))
                ++at_;
            out += made_.text[at_++];
        }
        if (!more())
            syntax("a quotation mark is not closed",
                   "write \"…\" around the value, and single quotes around the whole word for the "
                   "shell",
                   from);
        ++at_;
        return out;
    }

    std::vector<Name> path(std::size_t length) {
        std::vector<Name> names;
        const auto end = at_ + length;
        while (at_ < end) {
            const auto from = at_;
            while (at_ < end && now() != '.')
                ++at_;
            names.push_back({slice(from, at_), from});
            if (at_ < end)
                ++at_;
        }
        return names;
    }

    void term(std::size_t from) {
        Token token{.kind = Kind::term, .at = from};
        token.path = path(term_length(rest()));
        comparison(token);
    }

    void count(std::size_t from) {
        at_ += 6;
        skip_blanks();
        const auto length = path_length(rest());
        if (length == 0)
            syntax("count(…) requires a path", "count(deals):>2", at_);
        Token token{.kind = Kind::count, .at = from};
        token.path = path(length);
        skip_blanks();
        if (!rest().starts_with("):"))
            syntax("count(…) is compared with a number", "count(deals):>2", at_);
        ++at_;
        comparison(token);
    }

    /// `:` [op] values.
    void comparison(Token& token) {
        ++at_;
        static constexpr std::pair<std::string_view, Op> ops[] = {
            {"!=", Op::differs}, {">=", Op::at_least}, {"<=", Op::at_most}, {"=", Op::equals},
            {">", Op::above},    {"<", Op::below},     {"~", Op::matches},  {"^", Op::starts}};
        for (const auto& [sign, op] : ops) {
            if (!rest().starts_with(sign))
                continue;
            token.op = op;
            at_ += sign.size();
            break;
        }
        if (whole_)
            skip_blanks();
        if (more() && now() == '(' && token.op != Op::matches) {
            list(token);
        } else {
            token.values.push_back(value(false));
            if (token.values[0].text.empty() && !token.values[0].quoted)
                syntax(fmt::format("{} requires a value", token.path.back().text),
                       fmt::format(
                           "{0}:VALUE; {0}:none finds those without one, {0}:any those with one",
                           token.path.back().text),
                       at_);
        }
        token.end = at_;
        made_.tokens.push_back(std::move(token));
    }

    void list(Token& token) {
        const auto from = at_++;
        do {
            skip_blanks();
            token.values.push_back(value(true));
            if (token.values.back().text.empty() && !token.values.back().quoted)
                syntax("a value is missing", "field:(one,two)", at_);
            if (token.values.size() > most_values)
                fail("query_too_large", "the list has too many values", "", from);
            skip_blanks();
        } while (more() && now() == ',' && ++at_);
        if (!more() || now() != ')')
            syntax("a parenthesis is not closed", "field:(one,two)", from);
        ++at_;
    }

    Literal value(bool listed) {
        Literal v;
        v.at = at_;
        if (more() && now() == '/' && regex(v))
            return v;
        std::string scalar;
        bool quoted = false, begun = false;
        int depth = 0;
        const auto from = at_;
        for (; more(); begun = true) {
            const char c = now();
            if (c == '"' && scalar.empty() && !quoted) {
                scalar = quoted_text();
                quoted = true;
                continue;
            }
            if (!v.range && rest().starts_with("..")) {
                v.range = true;
                if (begun)
                    v.from = std::exchange(scalar, {});
                quoted = false;
                at_ += 2;
                continue;
            }
            if (listed ? depth == 0 && (c == ',' || c == ')') : !whole_ && blank(c))
                break;
            if (quoted && !blank(c) && c != ')')
                syntax("something follows the closing quotation mark", "add a space between them",
                       at_);
            if (quoted && !listed)
                break;
            if (c == '(')
                ++depth;
            if (c == ')' && --depth < 0)
                break;
            if (!quoted)
                scalar += c;
            ++at_;
        }
        v.end = at_;
        if (v.range) {
            if (!scalar.empty())
                v.to = std::string(text::trimmed(scalar));
            v.text = std::string(text::trimmed(slice(from, at_)));
        } else {
            v.quoted = quoted;
            v.text = quoted ? std::move(scalar) : std::string(text::trimmed(scalar));
        }
        return v;
    }

    /// /…/ or /…/i when there is a closing slash before the word ends.
    bool regex(Literal& v) {
        const auto from = at_;
        std::string pattern;
        for (++at_; more() && now() != '/'; ++at_) {
            if (now() == '\\' && at_ + 1 < end_) {
                if (made_.text[at_ + 1] != '/')
                    pattern += '\\';
                ++at_;
            }
            pattern += now();
        }
        if (!more())
            return at_ = from, false;
        ++at_;
        v.fold = more() && now() == 'i';
        if (v.fold)
            ++at_;
        if (more() && !blank(now()) && now() != ')' && now() != ',')
            return at_ = from, v.fold = false, false;
        v.regex = true;
        v.text = std::move(pattern);
        v.end = at_;
        return true;
    }

    Lexed made_;
    std::vector<std::size_t> starts_;
    std::size_t at_ = 0, end_ = 0;
    bool whole_ = false;
};

}  // namespace

Error trouble(std::string_view code, std::string message, std::string hint, std::string_view query,
              std::size_t at) {
    Error e(Fault::usage, std::string(code), std::move(message), std::move(hint));
    e.place = std::string(query);
    e.at = std::min(at, query.size());
    return e;
}

Expected<Lexed> lex(std::span<const std::string> words) {
    try {
        return Lexer(words).run();
    } catch (Error& e) {
        return std::unexpected(std::move(e));
    }
}

}  // namespace crm::query
