#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace crm {

/// Makes UUIDs of version 7 (RFC 9562): the time in milliseconds, a counter that keeps
/// them in order, random bits.
class Uuids {
public:
    explicit Uuids(std::int64_t seconds);  ///< since 1970, UTC
    std::string next();

private:
    std::uint64_t milliseconds_;
    std::uint64_t high_, low_;  ///< 12 and 62 bits: a counter over random ground
};

bool is_uuid(std::string_view text);  ///< 8-4-4-4-12 hexadecimal digits
std::uint64_t random_bits();

/// A keyed 64-bit digest (SipHash-2-4, Aumasson and Bernstein 2012): who does not know the key
/// cannot make two texts meet.
std::uint64_t digest(std::string_view bytes, std::uint64_t key);

}  // namespace crm
