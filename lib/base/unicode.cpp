#include "base/unicode.hpp"

#include <utf8proc.h>

#include <vector>

namespace crm::unicode {
namespace {

utf8proc_int32_t point(char32_t c) {
    return static_cast<utf8proc_int32_t>(c);
}

}  // namespace

void append_folded(std::u32string& out, char32_t c) {
    constexpr int most = 32;  // the longest decomposition of one character has 18
    utf8proc_int32_t parts[most];
    int state = 0;
    const auto count = utf8proc_decompose_char(
        point(c), parts, most,
        static_cast<utf8proc_option_t>(UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD |
                                       UTF8PROC_IGNORE),
        &state);
    for (utf8proc_ssize_t i = 0; i < count && i < most; ++i)
        out.push_back(static_cast<char32_t>(parts[i]));
}

char32_t lower(char32_t c) {
    return static_cast<char32_t>(utf8proc_tolower(point(c)));
}

void compose(std::u32string& text) {
    std::vector<utf8proc_int32_t> points(text.begin(), text.end());
    const auto count = utf8proc_normalize_utf32(
        points.data(), static_cast<utf8proc_ssize_t>(points.size()),
        static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE));
    if (count >= 0)
        text.assign(points.begin(), points.begin() + count);
}

bool is_combining(char32_t c) {
    const utf8proc_property_t& property = *utf8proc_get_property(point(c));
    return property.combining_class != 0 || property.category == UTF8PROC_CATEGORY_ME;
}

bool is_letter_or_digit(char32_t c) {
    switch (utf8proc_category(point(c))) {
        case UTF8PROC_CATEGORY_LU:
        case UTF8PROC_CATEGORY_LL:
        case UTF8PROC_CATEGORY_LT:
        case UTF8PROC_CATEGORY_LM:
        case UTF8PROC_CATEGORY_LO:
        case UTF8PROC_CATEGORY_ND:
        case UTF8PROC_CATEGORY_NL:
        case UTF8PROC_CATEGORY_NO:
        case UTF8PROC_CATEGORY_MN:
        case UTF8PROC_CATEGORY_MC:
            return true;
        default:
            return false;
    }
}

bool is_control(char32_t c) {
    switch (utf8proc_category(point(c))) {
        case UTF8PROC_CATEGORY_CF:
        case UTF8PROC_CATEGORY_CC:
        case UTF8PROC_CATEGORY_CO:
        case UTF8PROC_CATEGORY_ZL:
        case UTF8PROC_CATEGORY_ZP:
            return true;
        default:
            return false;
    }
}

bool is_pictograph(char32_t c) {
    return c >= 0xA9 &&
           utf8proc_get_property(point(c))->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

int columns(char32_t c) {
    return utf8proc_charwidth(point(c));
}

bool breaks_between(char32_t a, char32_t b, std::int32_t& state) {
    return utf8proc_grapheme_break_stateful(point(a), point(b), &state);
}

}  // namespace crm::unicode
