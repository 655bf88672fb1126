#pragma once

#include "base/utf8.hpp"
#include "form/vcard.hpp"
#include "form/vcard_lines.hpp"

#include <string>
#include <string_view>

/// What the readers of cards share. Within form only.
namespace crm::form {

std::string upper_ascii(std::string_view s);
bool same_word(std::string_view a, std::string_view b);  ///< without regard to ASCII case

/// Group, name and parameters of a content line; gives the offset of its value, npos when it is
/// none.
std::size_t read_head(std::string_view line, int version, Property& property);

/// A code point by its number, which may not be valid.
inline void append_character(char32_t c, std::string& out) {
    utf8::append(out, c > 0x10FFFF || (c >= 0xD800 && c < 0xE000) ? utf8::bad : c);
}

}  // namespace crm::form
