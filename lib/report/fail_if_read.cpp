#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/money.hpp"
#include "base/text.hpp"
#include "report/fail_if.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

/// The text of a condition to its terms.
namespace crm::report {
namespace {

using Op = FailTerm::Op;
using Unit = FailTerm::Unit;

constexpr std::size_t longest_condition = 4096;
constexpr std::size_t most_digits = 18;
/// A limit of so many digits can be compared with the sum of a million amounts.
constexpr __int128 largest_limit = __int128{1'000'000'000'000'000'000} * 1'000'000'000;

constexpr std::string_view example =
    "for example: --fail-if 'rows>0', 'max(days)>30', "
    "'sum(amount)<100kEUR', 'win_rate[product=Pump]<50%'";

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool in_name(char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '-' ||
           static_cast<unsigned char>(c) >= 0x80;
}

class ConditionReader {
public:
    explicit ConditionReader(std::string_view text) : text_(text) {}

    FailIf condition() {
        if (text_.size() > longest_condition)
            fail(0, "the condition is too long");
        FailIf out{.text = std::string(text::trimmed(text_)), .terms = {{term()}}};
        for (skip_blanks(); at_ < text_.size(); skip_blanks()) {
            const std::size_t begin = at_;
            const std::string word = text::lower_ascii(name());
            if (word == "or")
                out.terms.emplace_back();
            else if (word != "and")
                fail(begin, "'and' or 'or' is missing between two conditions");
            out.terms.back().push_back(term());
        }
        return out;
    }

private:
    [[noreturn]] void fail(std::size_t at, std::string message,
                           std::string hint = std::string(example)) const {
        Error e(Fault::usage, "bad_condition", std::move(message), std::move(hint));
        e.place = std::string(text_);
        e.at = at;
        throw e;
    }

    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    void skip_blanks() {
        while (at_ < text_.size() && is_blank(text_[at_]))
            ++at_;
    }
    bool take(char c) {
        skip_blanks();
        if (at_ >= text_.size() || text_[at_] != c)
            return false;
        ++at_;
        return true;
    }

    std::string name() {
        skip_blanks();
        if (peek() == '"')
            return quoted();
        const std::size_t begin = at_;
        while (at_ < text_.size() && in_name(text_[at_]))
            ++at_;
        return std::string(text_.substr(begin, at_ - begin));
    }

    std::string quoted() {
        const std::size_t begin = at_++;
        std::string out;
        while (at_ < text_.size() && text_[at_] != '"') {
            if (text_[at_] == '\\' && at_ + 1 < text_.size())
                ++at_;
            out += text_[at_++];
        }
        if (at_ >= text_.size())
            fail(begin, "a quotation mark is not closed");
        ++at_;
        return out;
    }

    FailTerm term() {
        FailTerm out;
        skip_blanks();
        out.column_at = at_;
        const bool is_quoted = peek() == '"';
        out.column = name();
        if (out.column.empty())
            fail(out.column_at,
                 at_ < text_.size() ? "a value is missing here" : "the condition ends too early");
        out.kind = FailTerm::Kind::column;
        if (!is_quoted && take('('))
            function(out);
        else if (take('['))
            group(out);
        else if (!is_quoted && out.column == "rows")
            out.kind = FailTerm::Kind::rows;
        out.op = op();
        limit(out);
        return out;
    }

    void function(FailTerm& out) {
        using enum FailTerm::Kind;
        static constexpr std::array functions{std::pair{"sum", sum}, std::pair{"mean", mean},
                                              std::pair{"min", min}, std::pair{"max", max}};
        const auto found = std::ranges::find(functions, out.column,
                                             [](const auto& f) { return std::string(f.first); });
        if (found == functions.end())
            fail(out.column_at,
                 fmt::format("there is no function '{}'", text::clipped(out.column, 40)),
                 "valid functions are sum, mean, min and max");
        out.kind = found->second;
        skip_blanks();
        out.column_at = at_;
        out.column = name();
        if (out.column.empty())
            fail(at_, "a column is missing here");
        if (!take(')'))
            fail(at_, "a closing parenthesis is missing here");
    }

    void group(FailTerm& out) {
        out.kind = FailTerm::Kind::group;
        skip_blanks();
        out.group_at = at_;
        out.group = name();
        if (out.group.empty() || !take('='))
            fail(at_, "write the group and its text: column[owner=Ada]");
        skip_blanks();
        const std::size_t begin = at_;
        if (peek() == '"') {
            out.text = quoted();
        } else {
            at_ = std::min(text_.find(']', at_), text_.size());
            out.text = std::string(text::trimmed(text_.substr(begin, at_ - begin)));
        }
        if (out.text.empty())
            fail(begin, "the text of the group is missing", "none is the group without a value");
        if (!take(']'))
            fail(begin, "a closing bracket is missing");
    }

    Op op() {
        static constexpr std::array ops{std::pair{std::string_view("<="), Op::at_most},
                                        std::pair{std::string_view(">="), Op::at_least},
                                        std::pair{std::string_view("!="), Op::differs},
                                        std::pair{std::string_view("<"), Op::below},
                                        std::pair{std::string_view(">"), Op::above},
                                        std::pair{std::string_view("="), Op::equal}};
        skip_blanks();
        for (const auto& [sign, op] : ops) {
            if (!text_.substr(at_).starts_with(sign))
                continue;
            at_ += sign.size();
            return op;
        }
        fail(at_, "a comparison is missing here", "valid comparisons are < <= = != >= >");
    }

    void limit(FailTerm& out) {
        skip_blanks();
        out.limit_at = at_;
        out.limit = number();
        if (peek() == 'k' || peek() == 'M') {
            const int zeros = text_[at_++] == 'k' ? 3 : 6;
            for (int i = 0; i < zeros; ++i)
                out.limit *= 10;
            if (out.limit >= largest_limit || out.limit <= -largest_limit)
                too_long(out.limit_at);
        }
        unit(out);
        out.as_typed = std::string(text::trimmed(text_.substr(out.limit_at, at_ - out.limit_at)));
    }

    [[noreturn]] void too_long(std::size_t at) const {
        fail(at, "the limit has too many digits", "at most 18 digits, 9 of them decimals");
    }

    __int128 number() {
        const std::size_t begin = at_;
        const bool negative = peek() == '-';
        if (negative || peek() == '+')
            ++at_;
        __int128 value = 0;
        std::size_t digits = 0;
        for (; is_digit(peek()) && digits <= most_digits; ++at_, ++digits)
            value = value * 10 + (text_[at_] - '0');
        int places = 0;
        if (peek() == '.' && digits > 0) {
            for (++at_; is_digit(peek()) && digits < 30; ++at_, ++digits, ++places)
                value = value * 10 + (text_[at_] - '0');
            if (places == 0)
                fail(begin, "the limit is not a valid number");
        }
        if (digits == 0)
            fail(begin, "a number is missing here", "a limit is 3, 50%, 100k, 100kEUR, 30d or 12h");
        if (digits > most_digits || places > exact_decimals)
            too_long(begin);
        if (peek() == ',')
            fail(begin, "the limit is not a valid number",
                 "write 1000 or 1k, and 0.5 with a point");
        for (; places < exact_decimals; ++places)
            value *= 10;
        return negative ? -value : value;
    }

    void unit(FailTerm& out) {
        const std::size_t after_number = at_;
        skip_blanks();
        const std::size_t begin = at_;
        if (peek() == '%') {
            ++at_;
            out.unit = Unit::percent;
            return;
        }
        while (is_letter(peek()))
            ++at_;
        const std::string word(text_.substr(begin, at_ - begin));
        const std::string lower = text::lower_ascii(word);
        if (word == "d" || word == "h") {
            out.unit = word == "d" ? Unit::days : Unit::hours;
        } else if (known_currency(word)) {
            out.unit = Unit::money;
            out.currency = word;
        } else if (word.empty() || ((lower == "and" || lower == "or") && begin > after_number)) {
            at_ = after_number;
        } else {
            fail(begin, fmt::format("'{}' is not a valid unit", text::clipped(word, 40)),
                 "valid units are k, M, %, d, h and a currency: 100kEUR");
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

FailIf read_fail_if(std::string_view text) {
    return ConditionReader(text).condition();
}

}  // namespace crm::report
