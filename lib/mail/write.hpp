#pragma once

#include "mail/message.hpp"
#include "store/resolve.hpp"
#include "store/writer.hpp"

#include <optional>
#include <string>
#include <vector>

/// Writing mail: filled, complete and queued.
namespace crm::mail {

/// Who gets a mail: a record with an address, or an address alone.
struct Recipient {
    std::optional<store::Found> who;
    std::string address;  ///< the primary one of the record where it is empty
};

struct WriteRequest {
    std::vector<Recipient> to;
    bool each = false;          ///< a mail for each
    std::string template_name;  ///< empty: the text is that of the mail
    std::optional<store::Found> about;
    std::optional<store::Found> me;  ///< the user who writes, for {{me.name}}
    std::vector<Part> attachments;
    bool draft = false;   ///< only kept
    bool anyway = false;  ///< to one person whose address is suppressed
};

/// What was written, or why not.
struct Written {
    std::optional<store::Record> mail;
    std::string to;       ///< addresses
    std::string fault{};  ///< why one was left out, or queued as failed
};

/// Writes mails that are like `mail`: its subject and body where there is no template, its sender,
/// copies, time. A template is checked before anything is written.
///
/// Throws usage where a template is wrong, refused where an address is suppressed or missing and
/// it is not one of several mails.
std::vector<Written> write(store::Writer& writer, store::Resolver& resolver,
                           const store::Record& mail, const WriteRequest& request);

}  // namespace crm::mail
