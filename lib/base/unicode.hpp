#pragma once

#include <cstdint>
#include <string>

/// What the Unicode Character Database says of code points; the one place that uses utf8proc.
namespace crm::unicode {

/// Appends the compatibility decomposition of `c`, with case folded and ignorable code points left
/// out (UAX #15, NFKD; CaseFolding.txt).
void append_folded(std::u32string& out, char32_t c);
char32_t lower(char32_t c);
/// Canonical composition (UAX #15).
void compose(std::u32string& text);

/// A combining mark: its canonical combining class is not 0, or it encloses the letter before.
bool is_combining(char32_t c);
/// A letter, a digit or another number, or a mark that belongs to one.
bool is_letter_or_digit(char32_t c);
/// A control or format character, a line or paragraph separator, or one of private use.
bool is_control(char32_t c);
bool is_pictograph(char32_t c);

/// The columns that a terminal gives it: 0, 1 or 2.
int columns(char32_t c);
/// Whether a grapheme cluster ends between two code points (UAX #29). `state` is 0 at first and the
/// same variable for all pairs of a text.
bool breaks_between(char32_t a, char32_t b, std::int32_t& state);

}  // namespace crm::unicode
