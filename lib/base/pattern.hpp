#pragma once

#include "base/error.hpp"

#include <memory>
#include <string_view>

namespace re2 {
class RE2;
}

namespace crm {

/// A regular expression in the syntax of RE2 (https://github.com/google/re2/wiki/Syntax), over
/// code points. Matching takes time in proportion to the text, whatever the pattern is, and
/// bounded memory. `.` matches a newline too; `^` and `$` are the ends of the text; a leading
/// `(?i)` ignores case. `\w`, `\d`, `\s` and `\b` know ASCII, `\pL` is a letter of any script.
class Pattern {
public:
    /// Error{usage, bad_pattern} with `place` the pattern and `at` the position of the mistake;
    /// also when the pattern is longer than 4096 bytes or needs more than a few megabytes.
    static Expected<Pattern> compile(std::string_view pattern);

    /// Whether the pattern occurs anywhere in `text`, which is UTF-8.
    bool found_in(std::string_view text) const;

private:
    explicit Pattern(std::shared_ptr<const re2::RE2> compiled) : compiled_(std::move(compiled)) {}

    std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace crm
