#include "base/text.hpp"

#include "base/unicode.hpp"
#include "base/utf8.hpp"
#include "base/word_list.hpp"

#include <algorithm>
#include <array>

namespace crm::text {
namespace {

bool blank(char32_t c) {
    if (c <= 0x20)
        return c == ' ' || (c >= 9 && c <= 13);
    if (c < 0x85)
        return false;
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

/// Letters that carry their mark inside, so that no decomposition takes it off. Lower case: folding
/// comes first.
std::string_view spelt_out(char32_t c) {
    switch (c) {
        case U'ł':
            return "l";
        case U'ø':
            return "o";
        case U'đ':
        case U'ð':
            return "d";
        case U'ı':
            return "i";
        case U'ħ':
            return "h";
        case U'ŧ':
            return "t";
        case U'æ':
            return "ae";
        case U'œ':
            return "oe";
        case U'þ':
            return "th";
        case U'ŋ':
            return "ng";
        default:
            return {};
    }
}

enum class Class : unsigned char {
    other,
    letter,
    blank,
    joint
};  // joint: what `key` leaves out beside blanks

struct Ascii {
    std::array<char, 128> low{};
    std::array<Class, 128> is{};
    constexpr Ascii() {
        for (int c = 0; c < 128; ++c) {
            const bool upper = c >= 'A' && c <= 'Z';
            low[c] = static_cast<char>(upper ? c + 32 : c);
            is[c] = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? Class::letter
                    : c == ' ' || (c >= 9 && c <= 13)                         ? Class::blank
                    : c == '-' || c == '_'                                    ? Class::joint
                                                                              : Class::other;
        }
    }
};
constexpr Ascii ascii_table;

bool hangul_or_kana_mark(char32_t c) {
    return (c >= 0x1100 && c <= 0x11FF) || c == 0x3099 || c == 0x309A;
}

/// A mark that folding takes off. Vowel signs of Indic scripts (class 0) and the voicing of kana
/// are letters in all but name.
bool taken_off(char32_t c) {
    return c >= 0x80 && c != 0x3099 && c != 0x309A && unicode::is_combining(c);
}

/// The folded code points of `s`, white space still as it was.
std::u32string folded_points(std::string_view s) {
    std::u32string out, parts;
    out.reserve(s.size());
    bool compose = false;
    for (std::size_t at = 0; at < s.size();) {
        const char32_t c = utf8::next(s, at);
        if (c < 0x80) {
            out.push_back(static_cast<unsigned char>(ascii_table.low[c]));
            continue;
        }
        if (blank(c) || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0xAC00 && c <= 0xD7A3)) {
            out.push_back(c);
            continue;
        }
        parts.clear();
        unicode::append_folded(parts, c);
        for (const char32_t part : parts) {
            if (const auto spelt = spelt_out(part); !spelt.empty()) {
                out.append(spelt.begin(), spelt.end());
            } else if (!taken_off(part)) {
                out.push_back(part);
                compose = compose || hangul_or_kana_mark(part);
            }
        }
    }
    if (compose)
        unicode::compose(out);
    return out;
}

/// Written without spaces between words, so that each character has to be found by itself.
bool ideographic(char32_t c) {
    return (c >= 0x2E80 && c <= 0x2FDF) || (c >= 0x3005 && c <= 0x3007) ||
           (c >= 0x3021 && c <= 0x3029) || (c >= 0x3041 && c <= 0x30FF && c != 0x30FB) ||
           (c >= 0x3105 && c <= 0x318E) || (c >= 0x31A0 && c <= 0x31FF) ||
           (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xA000 && c <= 0xA48F) ||
           (c >= 0xA960 && c <= 0xA97C) || (c >= 0xAC00 && c <= 0xD7FB) ||
           (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x1100 && c <= 0x11FF) ||
           (c >= 0x1B000 && c <= 0x1B16F) || (c >= 0x20000 && c <= 0x3FFFF);
}

/// Emoji and the like, which people search for as for a word; the tones of skin are marks of the
/// one before.
bool pictograph(char32_t c) {
    return (c >= 0x2600 && c <= 0x27BF) ||
           (c >= 0x1F000 && c <= 0x1FAFF && !(c >= 0x1F3FB && c <= 0x1F3FF));
}

bool in_word(char32_t c) {
    return pictograph(c) || unicode::is_letter_or_digit(c);
}

/// What a code point is for the words of a text.
enum class Part : unsigned char {
    gap,
    letter,
    alone,    ///< a word of its own
    attached  ///< to the character before: a mark, the rest of a syllable, a soft hyphen
};

Part part_of(char32_t c) {
    if (c < 0x80)
        return ascii_table.is[c] == Class::letter ? Part::letter : Part::gap;
    constexpr char32_t first_hangul_vowel = 0x1160;
    if (taken_off(c) || (hangul_or_kana_mark(c) && c >= first_hangul_vowel))
        return Part::attached;
    if (ideographic(c) || pictograph(c))
        return Part::alone;
    if (unicode::is_letter_or_digit(c))
        return Part::letter;
    std::u32string parts;
    unicode::append_folded(parts, c);
    if (parts.empty())
        return Part::attached;
    return std::ranges::any_of(parts, in_word) ? Part::letter : Part::gap;
}

/// The ASCII case of all three foldings: `keep` says which classes stay; what does not is a gap,
/// one blank if `gaps`.
template <bool keep(Class)>
std::string fold_ascii(std::string_view s, bool gaps) {
    std::string out;
    out.resize_and_overwrite(s.size(), [&](char* to, std::size_t) {
        std::size_t n = 0;
        bool gap = false;
        for (const char c : s) {
            const auto i = static_cast<unsigned char>(c);
            if (!keep(ascii_table.is[i])) {
                gap = gaps && n;
                continue;
            }
            if (gap) {
                to[n++] = ' ';
                gap = false;
            }
            to[n++] = ascii_table.low[i];
        }
        return n;
    });
    return out;
}

constexpr bool keeps_folded(Class c) {
    return c != Class::blank;
}
constexpr bool keeps_word(Class c) {
    return c == Class::letter;
}
constexpr bool keeps_key(Class c) {
    return c != Class::blank && c != Class::joint;
}

template <bool keep(Class)>
std::string fold(std::string_view s, bool gaps, bool apart = false) {
    if (utf8::ascii(s))
        return fold_ascii<keep>(s, gaps);
    std::string out;
    out.reserve(s.size() + s.size() / 2);
    bool gap = false;
    for (const char32_t c : folded_points(s)) {
        const Class is = c < 0x80               ? ascii_table.is[c]
                         : blank(c)             ? Class::blank
                         : apart && !in_word(c) ? Class::other
                                                : Class::letter;
        if (!keep(is)) {
            gap = gaps;
            continue;
        }
        const bool alone = apart && (ideographic(c) || pictograph(c));
        if ((gap || alone) && !out.empty() && out.back() != ' ')
            out.push_back(' ');
        gap = alone;
        utf8::append(out, c);
    }
    return out;
}

}  // namespace

bool valid(std::string_view bytes) {
    bool ok = true;
    // Most of any text is ASCII, and that is looked at eight bytes at a time.
    for (std::size_t at = 0; ok && at < bytes.size();) {
        while (at + 8 <= bytes.size() && utf8::ascii(bytes.substr(at, 8)))
            at += 8;
        if (at < bytes.size())
            utf8::next(bytes, at, &ok);
    }
    return ok;
}

std::string sanitised(std::string_view bytes) {
    const bool nul = bytes.find('\0') != bytes.npos;
    if (!nul && valid(bytes))
        return std::string(bytes);
    std::string out;
    out.reserve(bytes.size());
    for (std::size_t at = 0; at < bytes.size();)
        if (const char32_t c = utf8::next(bytes, at))
            utf8::append(out, c);
    return out;
}

std::string_view trimmed(std::string_view s) {
    const auto plain = [](char c) { return c > ' ' && c < 0x7f; };
    if (!s.empty() && plain(s.front()) && plain(s.back()))
        return s;
    while (!s.empty()) {
        std::size_t at = 0;
        if (!blank(utf8::next(s, at)))
            break;
        s.remove_prefix(at);
    }
    while (!s.empty()) {
        std::size_t at = s.size() - 1;
        while (at > 0 && s.size() - at < 4 && (static_cast<unsigned char>(s[at]) & 0xC0) == 0x80)
            --at;
        std::size_t end = at;
        if (!blank(utf8::next(s, end)) || end != s.size())
            break;
        s = s.substr(0, at);
    }
    return s;
}

std::vector<std::string_view> split(std::string_view s, char separator) {
    std::vector<std::string_view> parts;
    for (std::size_t from = 0;;) {
        const auto to = s.find(separator, from);
        parts.push_back(s.substr(from, to == s.npos ? to : to - from));
        if (to == s.npos)
            return parts;
        from = to + 1;
    }
}

std::string joined(std::span<const std::string> parts, std::string_view separator) {
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i)
            out += separator;
        out += parts[i];
    }
    return out;
}

std::string percent_decoded(std::string_view s) {
    const auto hex_digit = [&](std::size_t at) {
        const char c = at < s.size() ? s[at] : ' ';
        const char lower = static_cast<char>(c | 0x20);
        if (c >= '0' && c <= '9')
            return c - '0';
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    };
    std::string out;
    for (std::size_t i = 0; i < s.size(); ++i) {
        const int high = s[i] == '%' ? hex_digit(i + 1) : -1;
        const int low = high < 0 ? -1 : hex_digit(i + 2);
        const int byte = high * 16 + low;
        if (low < 0 || byte < ' ' || byte >= 0x7f) {
            out += s[i];
            continue;
        }
        out += static_cast<char>(byte);
        i += 2;
    }
    return out;
}
std::string lower_ascii(std::string_view s) {
    std::string out(s);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c + 32);
    return out;
}

std::string folded(std::string_view s) {
    return fold<keeps_folded>(s, true);
}
std::string words(std::string_view s) {
    return fold<keeps_word>(s, true, true);
}
bool is_character(std::string_view word) {
    std::size_t at = 0;
    return !word.empty() && part_of(utf8::next(word, at)) == Part::alone;
}
std::string key(std::string_view s) {
    return fold<keeps_key>(s, false);
}

std::vector<Word> word_list(std::string_view s) {
    std::vector<Word> places;
    bool is_open = false;
    for (std::size_t at = 0; at < s.size();) {
        const std::size_t from = at;
        const Part part = part_of(utf8::next(s, at));
        const bool touches = !places.empty() && places.back().to == from;
        if (touches && (part == Part::attached || (part == Part::letter && is_open)))
            places.back().to = at;
        else if (part == Part::letter || part == Part::alone)
            places.push_back({from, at, part == Part::alone, {}});
        if (part != Part::attached)
            is_open = part == Part::letter;
    }
    std::vector<Word> out;
    out.reserve(places.size());
    for (const Word& place : places) {
        const std::string folded = words(s.substr(place.from, place.to - place.from));
        for (const std::string_view word : split(folded, ' '))
            if (!word.empty())
                out.push_back({place.from, place.to, place.is_character, std::string(word)});
    }
    return out;
}

}  // namespace crm::text
