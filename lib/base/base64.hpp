#pragma once

#include <string>
#include <string_view>

/// Base64 (RFC 4648, 4).
namespace crm {

/// Blanks are skipped, anything after a bad character is lost. Takes the alphabet for URLs, too.
std::string from_base64(std::string_view text);
std::string to_base64(std::string_view bytes);

}  // namespace crm
