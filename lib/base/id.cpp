#include "base/id.hpp"

#include "base/error.hpp"

#include <bit>
#include <cstring>
#include <sys/random.h>

namespace crm {

std::uint64_t random_bits() {
    std::uint64_t bits = 0;
    if (getrandom(&bits, sizeof bits, 0) != sizeof bits)
        throw Error(Fault::internal, "random", "the system has no random numbers");
    return bits;
}

Uuids::Uuids(std::int64_t seconds)
    : milliseconds_(static_cast<std::uint64_t>(seconds) * 1000),
      high_(random_bits() & 0x7ff),
      low_(random_bits() >> 3) {}

std::string Uuids::next() {
    static constexpr char hex[] = "0123456789abcdef";
    // The counter moves by an odd stride below 2^32, so that neighbours do not look alike yet stay
    // in order.
    low_ += 1 + (low_ * 0x9e3779b97f4a7c15u >> 40);
    if (low_ >> 62 != 0) {
        low_ &= (std::uint64_t{1} << 61) - 1;
        ++high_;
    }
    if (high_ > 0xfff) {
        high_ = 0;
        ++milliseconds_;
    }
    const std::uint64_t a = milliseconds_ << 16 | 0x7000 | high_;
    const std::uint64_t b = std::uint64_t{2} << 62 | low_;
    std::string out(36, '-');
    std::size_t at = 0;
    const auto put = [&](std::uint64_t word, int from, int nibbles) {
        for (int shift = 60 - 4 * from; nibbles > 0; --nibbles, shift -= 4)
            out[at++] = hex[word >> shift & 15];
    };
    put(a, 0, 8);
    ++at;
    put(a, 8, 4);
    ++at;
    put(a, 12, 4);
    ++at;
    put(b, 0, 4);
    ++at;
    put(b, 4, 12);
    return out;
}

bool is_uuid(std::string_view s) {
    if (s.size() != 36)
        return false;
    for (std::size_t i = 0; i < s.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const char c = s[i];
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex)
            return false;
    }
    return true;
}

std::uint64_t digest(std::string_view bytes, std::uint64_t key) {
    std::uint64_t v0 = key ^ 0x736f6d6570736575u, v1 = ~key ^ 0x646f72616e646f6du,
                  v2 = key ^ 0x6c7967656e657261u, v3 = ~key ^ 0x7465646279746573u;
    const auto round = [&] {
        v0 += v1;
        v1 = std::rotl(v1, 13) ^ v0;
        v0 = std::rotl(v0, 32);
        v2 += v3;
        v3 = std::rotl(v3, 16) ^ v2;
        v0 += v3;
        v3 = std::rotl(v3, 21) ^ v0;
        v2 += v1;
        v1 = std::rotl(v1, 17) ^ v2;
        v2 = std::rotl(v2, 32);
    };
    const auto take = [&](std::uint64_t m) {
        v3 ^= m;
        round();
        round();
        v0 ^= m;
    };
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) {
        std::uint64_t m;
        std::memcpy(&m, bytes.data() + at, 8);
        take(m);
    }
    std::uint64_t last = static_cast<std::uint64_t>(bytes.size()) << 56;
    for (int shift = 0; at < bytes.size(); ++at, shift += 8)
        last |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at])) << shift;
    take(last);
    v2 ^= 0xff;
    round();
    round();
    round();
    round();
    return v0 ^ v1 ^ v2 ^ v3;
}

}  // namespace crm
