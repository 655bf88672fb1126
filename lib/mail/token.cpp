#include "mail/token.hpp"

#include "base/id.hpp"

#include <fmt/format.h>

#include <array>

namespace crm::mail {
namespace {

constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";  // RFC 4648, 6
constexpr int characters = 16;
constexpr std::uint64_t number_bits = 0xffff'ffff'ffff;  // 48

std::uint64_t mac_of(std::uint64_t number, std::uint64_t seed) {
    return digest(fmt::format("mail {}", number), seed) & 0xffff'ffff;
}
std::uint64_t mask_of(std::uint64_t mac, std::uint64_t seed) {
    return digest(fmt::format("mask {}", mac), seed) & number_bits;
}

}  // namespace

std::string token(std::int64_t mail, std::uint64_t seed) {
    const auto number = static_cast<std::uint64_t>(mail);
    const std::uint64_t mac = mac_of(number, seed);
    const std::uint64_t hidden = (number ^ mask_of(mac, seed)) & number_bits;
    // 80 bits: 32 of the MAC, 48 of the number.
    std::string out;
    for (int i = 0; i < characters; ++i) {
        std::uint64_t five = 0;
        for (int bit = i * 5; bit < i * 5 + 5; ++bit)
            five = five << 1 | (bit < 32 ? mac >> (31 - bit) & 1 : hidden >> (79 - bit) & 1);
        out += alphabet[five];
    }
    return out;
}

std::optional<std::int64_t> mail_of_token(std::string_view text, std::uint64_t seed) {
    if (text.size() != characters)
        return {};
    std::uint64_t mac = 0, hidden = 0;
    for (int i = 0; i < characters; ++i) {
        const auto five = alphabet.find(text[static_cast<std::size_t>(i)]);
        if (five == std::string_view::npos)
            return {};
        for (int k = 4; k >= 0; --k) {
            const std::uint64_t bit = five >> k & 1;
            if (i * 5 + (4 - k) < 32)
                mac = mac << 1 | bit;
            else
                hidden = hidden << 1 | bit;
        }
    }
    const std::uint64_t number = (hidden ^ mask_of(mac, seed)) & number_bits;
    if (mac_of(number, seed) != mac)
        return {};
    return static_cast<std::int64_t>(number);
}

}  // namespace crm::mail
