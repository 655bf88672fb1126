#pragma once

#include <string>
#include <string_view>

#include "form/vcard.hpp"

/// What the readers of cards share. Within form only.
namespace crm::form {

std::string upper_ascii(std::string_view s);
bool same_word(std::string_view a, std::string_view b);  ///< without regard to ASCII case

/// Group, name and parameters of a content line; gives the offset of its value, npos when it is none.
std::size_t read_head(std::string_view line, int version, Property& property);

}  // namespace crm::form
