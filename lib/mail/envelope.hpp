#pragma once

#include "mail/message.hpp"
#include "mail/outbox.hpp"
#include "mail/transport.hpp"
#include "store/store.hpp"

#include <optional>
#include <span>
#include <string>

/// A mail of the database as it is sent.
namespace crm::mail {

struct SenderOptions {
    Address from{};              ///< whose name the sender of that address has
    std::string bounce_address;  ///< envelope sender; empty: the sender of the mail
    Clock clock;                 ///< the zone of the date
};

/// The message; its text and HTML part are rendered from Markdown where no template made them.
/// Sender, date and files of a mail.
Message bare_message(store::Store& store, const store::Record& mail, const SenderOptions& options,
                     Instant now);
Message message_of(store::Store& store, std::int64_t mail, const SenderOptions& options,
                   Instant now);
/// Sender, recipients and bytes of a message.
Envelope envelope_of(store::Store& store, const Message& message,
                     std::span<const Delivery> deliveries, const SenderOptions& options);

}  // namespace crm::mail
