#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace crm {

/// A regular expression over code points, matched in time proportional to program × text (Pike's
/// simulation of the automaton): there is nothing to backtrack into, whatever pattern and text are.
///
/// Known: . [abc] [^a-z] \d \w \s \D \W \S \b \B \t \n \r, ^ $ (ends of the text), ( ) (?: ), |, *
/// + ? {m} {m,} {m,n}; a leading (?i) folds case (ASCII, Latin, Greek, Cyrillic). Back references
/// and look-around are refused. \w is a letter, a digit or _; beyond ASCII everything but
/// punctuation and blanks counts as a letter.
class Pattern {
public:
    /// Error{usage, bad_pattern} with `place` the pattern and `at` the spot; also when it would be
    /// larger than allowed.
    static Expected<Pattern> compile(std::string_view pattern);

    /// Whether the pattern occurs anywhere in the text. Bytes that are no UTF-8 are U+FFFD.
    bool found_in(std::string_view text) const;

private:
    friend class PatternCompiler;

    enum class Do : unsigned char { one, any, set, fork, jump, begin, end, edge, inside, match };
    struct Step {
        Do what;
        std::uint32_t value =
            0;  ///< one: the code point; set: its number; fork, jump: the next step
        std::uint32_t other = 0;  ///< fork: the other next step
    };
    struct Set {
        std::vector<std::pair<char32_t, char32_t>> ranges;
        bool negated = false;
        bool has(char32_t c) const;
    };

    struct Threads;
    bool takes(const Step& step, char32_t c) const;
    bool follow(Threads& threads, std::uint32_t step, bool first, bool last, bool edge) const;

    std::vector<Step> steps_;
    std::vector<Set> sets_;
    bool fold_ = false;
};

}  // namespace crm
