#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

/// Code points in and out of UTF-8, for code that reads text one character at a time.
namespace crm::utf8 {

inline constexpr char32_t bad = 0xFFFD;

/// Whether all bytes are ASCII; eight at a time, since nearly all of them are.
inline bool ascii(std::string_view s) {
    const char* p = s.data();
    std::size_t n = s.size();
    for (; n >= 8; p += 8, n -= 8) {
        std::uint64_t eight;
        std::memcpy(&eight, p, 8);
        if (eight & 0x8080808080808080u)
            return false;
    }
    for (; n; ++p, --n)
        if (static_cast<unsigned char>(*p) >= 0x80)
            return false;
    return true;
}

/// The code point at `at`, which moves past it; a byte that begins no valid sequence is `bad`,
/// alone, with `*ok` cleared.
inline char32_t next(std::string_view s, std::size_t& at, bool* ok = nullptr) {
    const auto byte = [&](std::size_t i) {
        return i < s.size() ? static_cast<unsigned char>(s[i]) : 0u;
    };
    const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
    const std::size_t i = at++;
    const char32_t a = byte(i);
    if (a < 0x80)
        return a;
    if (a >= 0xC2 && a < 0xE0 && tail(i + 1)) {
        at = i + 2;
        return (a & 0x1F) << 6 | (byte(i + 1) & 0x3F);
    }
    if (a >= 0xE0 && a < 0xF0 && tail(i + 1) && tail(i + 2)) {
        const char32_t c = (a & 0x0F) << 12 | (byte(i + 1) & 0x3F) << 6 | (byte(i + 2) & 0x3F);
        if (c >= 0x800 && (c < 0xD800 || c > 0xDFFF)) {
            at = i + 3;
            return c;
        }
    }
    if (a >= 0xF0 && a < 0xF5 && tail(i + 1) && tail(i + 2) && tail(i + 3)) {
        const char32_t c = (a & 0x07) << 18 | (byte(i + 1) & 0x3F) << 12 |
                           (byte(i + 2) & 0x3F) << 6 | (byte(i + 3) & 0x3F);
        if (c >= 0x10000 && c <= 0x10FFFF) {
            at = i + 4;
            return c;
        }
    }
    if (ok)
        *ok = false;
    return bad;
}

inline void append(std::string& out, char32_t c) {
    const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (c < 0x80)
        return put(c);
    if (c < 0x800) {
        put(0xC0 | c >> 6);
        return put(0x80 | (c & 0x3F));
    }
    if (c < 0x10000) {
        put(0xE0 | c >> 12);
        put(0x80 | (c >> 6 & 0x3F));
        return put(0x80 | (c & 0x3F));
    }
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
}

}  // namespace crm::utf8
