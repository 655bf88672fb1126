#pragma once

#include "base/error.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

/// The query language (cli.md 5): text -> tokens -> tree -> checked tree -> SQL. A query is parsed
/// once and never pasted into another one.
namespace crm::query {

enum class Op { contains, equals, differs, above, at_least, below, at_most, matches, starts };

/// One name of a path and its byte offset in the query.
struct Name {
    std::string text;
    std::size_t at = 0;
};

/// A value as written: a word, "quoted", /regex/i or a range `from..to`.
struct Literal {
    std::string text;  ///< without quotes or slashes; a range as written
    bool quoted = false;
    bool regex = false;
    bool fold = false;  ///< /…/i
    bool range = false;
    std::optional<std::string> from, to;  ///< of a range; unset where it is open
    std::size_t at = 0, end = 0;

    /// Whether it is that bare word: quoting takes the meaning from none, any and me.
    bool is(std::string_view word) const { return !quoted && !regex && text == word; }
};

struct Token {
    enum class Kind {
        end,
        open,
        close,
        either,
        both,
        negation,
        every,
        count,
        term,
        segment,
        tag,
        text
    };
    Kind kind = Kind::end;
    std::size_t at = 0, end = 0;  ///< bytes of the query
    std::vector<Name> path{};     ///< term, count
    Op op = Op::contains;
    std::vector<Literal> values{};
    std::string word{};   ///< segment, tag, text
    bool quoted = false;  ///< text
};

struct Lexed {
    std::string text;  ///< the words joined by blanks: what carets point into
    std::vector<Token> tokens;
};

/// Reads the words of a command line. Parentheses, or, and, not may be words of their own or stand
/// inside one, and
/// - a word that holds several terms and an `or` is a group: `'a or b' c` is (a or b) and c;
/// - a word `field:some words` with no other syntax in it (no further `x:`, parentheses, quotes,
/// or/and/not, nor a later
///   word that begins with - + @) is one value, because `name:'Acme Corp'` reaches the program like
///   that. `is:` excepted.
Expected<Lexed> lex(std::span<const std::string> words);

/// A usage fault at a place of a query.
Error trouble(std::string_view code, std::string message, std::string hint, std::string_view query,
              std::size_t at);

}  // namespace crm::query
