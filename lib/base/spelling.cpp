#include "base/spelling.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"

#include <algorithm>

namespace crm {
namespace {

constexpr std::string_view vowels = "aeiou";

/// What a letter with a mark is written out as; empty for others.
std::string_view written_out(char32_t c) {
    switch (c) {
        case U'ä':
        case U'Ä':
            return "ae";
        case U'ö':
        case U'Ö':
        case U'ø':
        case U'Ø':
            return "oe";
        case U'ü':
        case U'Ü':
            return "ue";
        case U'å':
        case U'Å':
            return "aa";
        default:
            return {};
    }
}

constexpr char32_t diaeresis = 0x308;
constexpr char32_t ring = 0x30A;

bool is_apostrophe(char32_t c) {
    return c == '\'' || c == '`' || c == 0xB4 || c == 0x2018 || c == 0x2019 || c == 0x2BC ||
           c == 0x2032;
}

/// Müller: Mueller. A mark may follow its letter as a character of its own.
std::string with_letters_written_out(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = utf8::next(text, at);
        if (const std::string_view letters = written_out(c); !letters.empty())
            out += letters;
        else if (c == diaeresis && !out.empty() && std::string_view("aouAOU").contains(out.back()))
            out += 'e';
        else if (c == ring && !out.empty() && std::string_view("aA").contains(out.back()))
            out += 'a';
        else
            utf8::append(out, c);
    }
    return out;
}

std::string without_apostrophes(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();)
        if (const char32_t c = utf8::next(text, at); !is_apostrophe(c))
            utf8::append(out, c);
    return out;
}

bool is_letter(char c) {
    return c != ' ' && (c < '0' || c > '9');
}

/// juergen: jurgen. At the end of a word (due, blue), behind a vowel (bauer) and behind q, the two
/// are what they are.
std::string with_letters_drawn_together(std::string_view words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        out += words[i];
        const std::string_view two = words.substr(i, 2);
        const bool one_letter = two == "ae" || two == "oe" || two == "ue" || two == "aa";
        const bool inside = i + 2 < words.size() && is_letter(words[i + 2]);
        const bool after_vowel = i > 0 && (vowels.contains(words[i - 1]) || words[i - 1] == 'q');
        if (one_letter && inside && !after_vowel)
            ++i;
    }
    return out;
}

/// obrien: o brien, and mcdonalds: mcdonald s.
std::string with_apostrophes(std::string_view words, bool at_end) {
    constexpr std::size_t shortest = 5;
    std::string out;
    for (const std::string_view word : text::split(words, ' ')) {
        out += out.empty() ? "" : " ";
        if (word.size() < shortest)
            out += word;
        else if (at_end && word.ends_with('s'))
            out += std::string(word.substr(0, word.size() - 1)) + " s";
        else if (!at_end && std::string_view("odl").contains(word.front()))
            out += std::string(word.substr(0, 1)) + " " + std::string(word.substr(1));
        else
            out += word;
    }
    return out;
}

}  // namespace

std::vector<std::string> spellings(std::string_view text) {
    const std::string words = text::words(text);
    std::vector<std::string> out;
    for (std::string spelling :
         {words, text::words(with_letters_written_out(text)), with_letters_drawn_together(words),
          text::words(without_apostrophes(text)), with_apostrophes(words, false),
          with_apostrophes(words, true)})
        if (!spelling.empty() && std::ranges::find(out, spelling) == out.end())
            out.push_back(std::move(spelling));
    return out;
}

}  // namespace crm
