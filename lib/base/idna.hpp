#pragma once

#include <string>
#include <string_view>

/// Names of domains beyond ASCII (RFC 5890), as the domain name system has them.
namespace crm {

/// Whether the domain name system could have such a name: labels of letters, digits, - and _, of
/// any script, none of them empty, longer than 63 octets or with a - at an end.
bool is_domain(std::string_view text);

/// München.example -> xn--mnchen-3ya.example: labels in lower case and composed (NFC), encoded with
/// Punycode (RFC 3492) where they are not ASCII.
std::string ascii_domain(std::string_view domain);

/// An address with its domain in ASCII; what is before the @ stays.
std::string ascii_address(std::string_view address);

}  // namespace crm
