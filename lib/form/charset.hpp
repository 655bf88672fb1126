#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

/// Bytes of the outside world to valid UTF-8.
namespace crm::form {

/// What the first bytes of a file say about the rest; `wide` is refused by `decoded` (UTF-32, text
/// full of NULs).
enum class Encoding : unsigned char { bytes, utf8_bom, utf16_le, utf16_be, wide };
/// Looks at the byte order mark and, without one, at where NUL bytes stand.
Encoding encoding_of(std::string_view bytes);

/// What text that is no UTF-8 is most likely written in: GB18030, SHIFT_JIS or CP1251 where its
/// bytes have that shape, else CP1252.
std::string guessed_charset(std::string_view bytes);

/// A whole file as UTF-8 without byte order mark. A mark goes before `charset`; without either the
/// text is taken as it is when it is valid UTF-8, else by `guessed_charset`, where a line that is
/// UTF-8 stays what it is among those of Windows-1252. UTF-32, binary bytes and an unknown charset
/// are an Error.
Expected<std::string> decoded(std::string bytes, std::string_view charset = {});

/// A piece in a named charset (any name iconv knows, also "Windows-1252", "shift-jis", …) as UTF-8.
/// An unknown or empty name means: valid UTF-8 as it is, else Windows-1252. Never fails: what
/// cannot be read becomes U+FFFD.
std::string from_charset(std::string_view bytes, std::string_view charset);

/// Whether iconv knows the name.
bool known_charset(std::string_view charset);

}  // namespace crm::form
