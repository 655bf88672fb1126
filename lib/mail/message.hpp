#pragma once

#include "time/date.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// A message before it becomes bytes (gmime.hpp).
namespace crm::mail {

struct Address {
    std::string name;  ///< as it is shown; may be empty
    std::string address;
};
/// "Acme <sales@acme.example>", "sales@acme.example".
std::optional<Address> read_address(std::string_view text);

struct Part {
    std::string name;  ///< of the file
    std::string media_type;
    std::string bytes;
};

/// Of mail to many: which list it belongs to (RFC 2919), and how to leave it (RFC 2369). Empty
/// texts make no header.
struct ListHeaders {
    std::string name;             ///< of the list, as it is shown
    std::string id;               ///< m1.crm.acme.example
    std::string unsubscribe_url;  ///< https; a POST to it unsubscribes (RFC 8058)
    std::string unsubscribe_mail;
};

struct Message {
    Address from;
    std::string reply_to;
    std::vector<Address> to, cc;  ///< who gets it unseen is in no header
    std::string subject;
    std::string message_id;  ///< without < and >
    Instant date;
    int offset = 0;  ///< seconds east of UTC, for the date
    std::string text;
    std::string html;  ///< may be empty
    std::vector<Part> attachments;
    bool automatic = false;  ///< Auto-Submitted: auto-generated (RFC 3834)
    ListHeaders list;
};

/// Which header would have a CR, an LF or a NUL: "a line break in the subject". Nothing where all
/// are sound.
std::optional<std::string> header_fault(const Message& message);

}  // namespace crm::mail
