#pragma once

#include "mail/message.hpp"

#include <string>

/// The bytes of a message by GMime, which is loaded when the first one is made.
namespace crm::mail {

/// The message with CRLF and lines of at most 998 octets; only ASCII where addresses are. The same
/// message gives the same bytes. To be asked for only where header_fault has nothing to say. Throws
/// io where GMime is not installed.
std::string composed(const Message& message);

/// Whether GMime can be loaded.
bool has_gmime();

}  // namespace crm::mail
