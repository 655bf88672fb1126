#pragma once

#include <algorithm>
#include <utility>
#include <vector>

/// Which characters a pattern's classes hold and how its case folds. Small on purpose: Unicode's
/// tables would be larger than the rest of the program's start.
namespace crm::pattern {

struct CaseRange {
    char32_t first, last,
        offset;  ///< upper case letters and the way to the lower ones; 1: alternating
};
inline constexpr CaseRange cases[] = {{'A', 'Z', 32},     {0xC0, 0xD6, 32},   {0xD8, 0xDE, 32},
                                      {0x100, 0x137, 1},  {0x14A, 0x177, 1},  {0x391, 0x3A1, 32},
                                      {0x3A3, 0x3AB, 32}, {0x400, 0x40F, 80}, {0x410, 0x42F, 32},
                                      {0x460, 0x481, 1},  {0x1E00, 0x1E95, 1}};

inline char32_t lower(char32_t c) {
    for (const auto& r : cases)
        if (c >= r.first && c <= r.last)
            return r.offset == 1 ? c | 1 : c + r.offset;
    return c;
}

inline char32_t upper(char32_t c) {
    for (const auto& r : cases) {
        if (r.offset == 1 ? c >= r.first && c <= r.last
                          : c >= r.first + r.offset && c <= r.last + r.offset)
            return r.offset == 1 ? c & ~char32_t{1} : c - r.offset;
    }
    return c;
}

using Ranges = std::vector<std::pair<char32_t, char32_t>>;

inline const Ranges& class_ranges(char letter) {
    static const Ranges digits{{'0', '9'}};
    static const Ranges blanks{{'\t', '\r'}, {' ', ' '},       {0x85, 0x85},
                               {0xA0, 0xA0}, {0x2000, 0x200A}, {0x3000, 0x3000}};
    static const Ranges letters{
        {'0', '9'},       {'A', 'Z'},       {'_', '_'},         {'a', 'z'},       {0xAA, 0xAA},
        {0xB5, 0xB5},     {0xBA, 0xBA},     {0xC0, 0xD6},       {0xD8, 0xF6},     {0xF8, 0x1FFF},
        {0x2070, 0x2FFF}, {0x3005, 0x3007}, {0x3021, 0xFEFE},   {0xFF10, 0xFF19}, {0xFF21, 0xFF3A},
        {0xFF41, 0xFF5A}, {0xFF66, 0xFFDC}, {0x10000, 0x10FFFF}};
    return letter == 'd' ? digits : letter == 's' ? blanks : letters;
}

inline bool word(char32_t c) {
    return std::ranges::any_of(class_ranges('w'),
                               [c](auto& r) { return c >= r.first && c <= r.second; });
}

/// The ranges that are not among `ranges`, which are sorted and apart.
inline Ranges others(const Ranges& ranges) {
    Ranges out;
    char32_t from = 0;
    for (const auto& [first, last] : ranges) {
        if (first > from)
            out.emplace_back(from, first - 1);
        from = last + 1;
    }
    out.emplace_back(from, 0x10FFFF);
    return out;
}

}  // namespace crm::pattern
