#include "base/pattern.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

namespace crm {
namespace {

constexpr std::size_t longest_pattern = 4096;
constexpr std::int64_t most_memory = 8 << 20;  // of the program and the states it is run with

std::string_view reason_of(re2::RE2::ErrorCode code) {
    switch (code) {
        case re2::RE2::ErrorBadEscape:
            return "unknown escape";
        case re2::RE2::ErrorBadCharClass:
            return "unknown character class";
        case re2::RE2::ErrorBadCharRange:
            return "the range goes backwards";
        case re2::RE2::ErrorMissingBracket:
            return "[ without ]";
        case re2::RE2::ErrorMissingParen:
            return "( without )";
        case re2::RE2::ErrorUnexpectedParen:
            return ") without (";
        case re2::RE2::ErrorTrailingBackslash:
            return "nothing follows the last backslash";
        case re2::RE2::ErrorRepeatArgument:
            return "nothing to repeat";
        case re2::RE2::ErrorRepeatSize:
            return "counts are written {2}, {2,} or {2,5} and go up to 1000";
        case re2::RE2::ErrorRepeatOp:
            return "a repetition is repeated";
        case re2::RE2::ErrorBadPerlOp:
            return "look-around and this flag are not supported";
        case re2::RE2::ErrorBadUTF8:
            return "not UTF-8";
        case re2::RE2::ErrorBadNamedCapture:
            return "a group is named (?P<name>…)";
        case re2::RE2::ErrorPatternTooLarge:
            return "the pattern is too large";
        default:
            return "it cannot be used";
    }
}

std::size_t unmatched_closing_parenthesis(std::string_view pattern) {
    std::size_t open = 0;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        if (pattern[at] == '\\') {
            ++at;
        } else if (pattern[at] == '(') {
            ++open;
        } else if (pattern[at] == ')' && open-- == 0) {
            return at;
        }
    }
    return 0;
}

/// Where the mistake is; RE2 says what is wrong by repeating that part of the pattern, or all of
/// it.
std::size_t position_of(const re2::RE2& compiled, std::string_view pattern) {
    if (compiled.error_code() == re2::RE2::ErrorMissingParen ||
        compiled.error_code() == re2::RE2::ErrorTrailingBackslash)
        return pattern.size();
    if (compiled.error_code() == re2::RE2::ErrorUnexpectedParen)
        return unmatched_closing_parenthesis(pattern);
    const std::size_t at = pattern.find(compiled.error_arg());
    return at == std::string_view::npos ? 0 : at;
}

std::unexpected<Error> refused(std::string_view pattern, std::string_view reason, std::size_t at) {
    Error error(Fault::usage, "bad_pattern", fmt::format("invalid regular expression: {}", reason),
                "put a backslash before . * + ? ( ) [ ] { } ^ $ | to mean the character itself");
    error.place = std::string(pattern);
    error.at = at;
    return std::unexpected(std::move(error));
}

}  // namespace

Expected<Pattern> Pattern::compile(std::string_view pattern) {
    if (pattern.size() > longest_pattern)
        return refused(pattern, fmt::format("longer than {} bytes", longest_pattern), 0);
    re2::RE2::Options options(re2::RE2::Quiet);
    options.set_dot_nl(true);
    options.set_never_capture(true);
    options.set_max_mem(most_memory);
    auto compiled =
        std::make_shared<const re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
    if (!compiled->ok())
        return refused(pattern, reason_of(compiled->error_code()), position_of(*compiled, pattern));
    return Pattern(std::move(compiled));
}

bool Pattern::found_in(std::string_view text) const {
    return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
}

}  // namespace crm
