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

constexpr std::size_t mac_bytes = 6;

std::string seal_of(std::string_view bytes, std::string_view purpose, std::uint64_t seed) {
    const std::uint64_t mac = digest(fmt::format("{}\n{}", purpose, bytes), seed);
    std::string out;
    for (std::size_t i = 0; i < mac_bytes; ++i)
        out += static_cast<char>(mac >> 8 * i & 0xff);
    return out;
}

/// Encrypts and decrypts: the seal is different for other bytes, and with it what hides them.
std::string hidden_by(std::string_view seal, std::string_view bytes, std::string_view purpose,
                      std::uint64_t seed) {
    std::string out;
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i % 8 == 0)
            mask = digest(fmt::format("hidden {} {}\n{}", purpose, i, seal), seed);
        out += static_cast<char>(static_cast<unsigned char>(bytes[i]) ^ (mask >> i % 8 * 8 & 0xff));
    }
    return out;
}

/// Five bits a character, without padding; what is left over in the last one is 0.
std::string base32(std::string_view bytes) {
    std::string out;
    std::uint32_t rest = 0;
    int bits = 0;
    for (const char c : bytes) {
        rest = rest << 8 | static_cast<unsigned char>(c);
        for (bits += 8; bits >= 5; bits -= 5)
            out += alphabet[rest >> (bits - 5) & 31];
    }
    if (bits > 0)
        out += alphabet[rest << (5 - bits) & 31];
    return out;
}

std::optional<std::string> from_base32(std::string_view text) {
    std::string out;
    std::uint32_t rest = 0;
    int bits = 0;
    for (const char c : text) {
        const auto five =
            alphabet.find(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
        if (five == std::string_view::npos)
            return {};
        rest = rest << 5 | static_cast<std::uint32_t>(five);
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            out += static_cast<char>(rest >> bits & 0xff);
        }
    }
    if (bits >= 5 || (rest & ((1u << bits) - 1)) != 0)
        return {};
    return out;
}

}  // namespace

std::string sealed(std::string_view bytes, std::string_view purpose, std::uint64_t seed) {
    const std::string seal = seal_of(bytes, purpose, seed);
    return base32(seal + hidden_by(seal, bytes, purpose, seed));
}

std::optional<std::string> unsealed(std::string_view token, std::string_view purpose,
                                    std::uint64_t seed) {
    constexpr std::size_t longest = 424;  // 255 bytes and the seal
    const auto all = token.size() > longest ? std::nullopt : from_base32(token);
    if (!all || all->size() <= mac_bytes)
        return {};
    const std::string_view seal = std::string_view(*all).substr(0, mac_bytes);
    std::string bytes = hidden_by(seal, std::string_view(*all).substr(mac_bytes), purpose, seed);
    if (seal_of(bytes, purpose, seed) != seal)
        return {};
    return bytes;
}

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
