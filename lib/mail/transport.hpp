#pragma once

#include "mail/delivery.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace crm::mail {

/// One mail as a transport gets it.
struct Envelope {
    struct Recipient {
        std::int64_t delivery = 0;  ///< row of the outbox
        std::string address;
    };
    std::string sender;  ///< of the envelope; where bounces go
    std::vector<Recipient> recipients;
    std::string content;  ///< the message (RFC 5322), CRLF, lines of at most 998 octets
};

/// What a transport reports while it works.
class DeliveryLog {
public:
    virtual ~DeliveryLog() = default;
    /// Before the bytes are written after which the mail may arrive.
    virtual void about_to_leave(std::int64_t delivery) = 0;
    /// What became of it. `verdict`: the answer of the server, or what went wrong.
    virtual void done(std::int64_t delivery, Outcome outcome, std::string_view verdict) = 0;
};

/// A way to send mail. A transport throws Error busy where the server cannot be had, config where
/// its certificate, the password or the settings are at fault; what has no `done` by then was not
/// sent.
class Transport {
public:
    virtual ~Transport() = default;
    virtual void send(const std::vector<Envelope>& mails, DeliveryLog& log) = 0;
};

}  // namespace crm::mail
