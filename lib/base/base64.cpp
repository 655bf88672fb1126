#include "base/base64.hpp"

#include <array>
#include <cstdint>

namespace crm {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr auto digit_values = [] {
    std::array<signed char, 256> all{};
    all.fill(-1);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        all[static_cast<unsigned char>(alphabet[i])] = static_cast<signed char>(i);
    all['-'] = 62;
    all['_'] = 63;
    return all;
}();

}  // namespace

std::string from_base64(std::string_view text) {
    std::string out;
    out.reserve(text.size() / 4 * 3 + 3);
    std::uint32_t bits = 0;
    int have = 0;
    for (const char c : text) {
        const int digit = digit_values[static_cast<unsigned char>(c)];
        if (digit < 0) {
            if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
                continue;
            break;
        }
        bits = bits << 6 | static_cast<std::uint32_t>(digit);
        if ((have += 6) >= 8)
            out += static_cast<char>(bits >> (have -= 8) & 0xFF);
    }
    return out;
}

std::string to_base64(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() / 3 * 4 + 4);
    const auto byte = [&](std::size_t i) -> std::uint32_t {
        return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0;
    };
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::uint32_t three = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
        out += alphabet[three >> 18];
        out += alphabet[three >> 12 & 63];
        out += i + 1 < bytes.size() ? alphabet[three >> 6 & 63] : '=';
        out += i + 2 < bytes.size() ? alphabet[three & 63] : '=';
    }
    return out;
}

}  // namespace crm
