#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Text as people write it: UTF-8 throughout. Every function takes any bytes,
/// valid UTF-8 goes out.
namespace crm::text {

bool valid(std::string_view bytes);
/// Valid UTF-8: each bad byte becomes U+FFFD. NUL is dropped (no engine stores it).
std::string sanitised(std::string_view bytes);

std::string_view trimmed(
    std::string_view s);  ///< without white space (also U+00A0, U+3000, U+FEFF) at both ends
std::vector<std::string_view> split(std::string_view s, char separator);
std::vector<std::string_view> split(std::string&& s, char separator) =
    delete;  ///< the pieces would outlive what they are pieces of
inline std::vector<std::string_view> split(const char* s, char separator) {
    return split(std::string_view(s), separator);
}
std::string joined(std::span<const std::string> parts, std::string_view separator);
std::string lower_ascii(std::string_view s);
/// %2B as +, %20 as a blank (RFC 3986, 2.1). What would not be a printable character of ASCII stays
/// as it is.
std::string percent_decoded(std::string_view s);

/// What is compared: NFKD, case folded, marks removed, ł ø đ ı æ œ ß … spelt out, runs of white
/// space one blank.
std::string folded(std::string_view s);
/// What is searched: `folded`, words of letters and digits separated by one blank, every Han, kana
/// and hangul character a word of its own, so that any two of them are found as a phrase; an emoji
/// too.
std::string words(std::string_view s);
/// Whether a word of `words` is such a character.
bool is_character(std::string_view word);
/// `folded` without blanks, hyphens and underscores: how the words of a set are matched
/// ("closed-won" = "Closed Won").
std::string key(std::string_view s);

/// Columns on a terminal, per grapheme: CJK and emoji count two, combining marks none.
int width(std::string_view s);
/// At most `columns` wide, cut at a grapheme and ended by "…" where something was cut.
std::string clipped(std::string_view s, int columns);
/// Control, bidirectional and zero-width characters made visible (\n \t \x1b ⟨U+202E⟩ …), so that
/// foreign text cannot steer a terminal. With `lines`, line feeds stay.
std::string visible(std::string_view s, bool lines = false);

/// The few words nearest to `word` by edits, best first; empty when none is near enough to be
/// meant.
std::vector<std::string> nearest(std::string_view word, std::span<const std::string> among,
                                 std::size_t most = 3);
/// "did you mean a, b or c?" or nothing.
std::string did_you_mean(std::span<const std::string> nearest);

}  // namespace crm::text
