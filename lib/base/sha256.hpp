#pragma once

#include <string>
#include <string_view>

namespace crm {

/// SHA-256 (FIPS 180-4) in 64 hexadecimal digits: the name of attached bytes. Small enough that
/// a library, which would cost every start, is not worth it.
std::string sha256(std::string_view bytes);
/// The same as its 32 bytes.
std::string sha256_digest(std::string_view bytes);

}  // namespace crm
