#pragma once

#include <optional>
#include <string>
#include <string_view>

/// libphonenumber, which is loaded when the first national number is read: that takes about ten
/// milliseconds. Numbers with + or 00 never need it.
namespace crm::phone_library {

/// Whether the module crm-phone.so and the libraries that it needs can be loaded.
bool available();

/// The number dialled within `country` (ISO 3166, two letters) as E.164 has it; nothing where it is
/// not valid there. Only if available().
std::optional<std::string> e164(std::string_view digits, std::string_view country);

}  // namespace crm::phone_library
