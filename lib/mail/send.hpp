#pragma once

#include "mail/envelope.hpp"
#include "mail/mail_hours.hpp"
#include "mail/rate.hpp"
#include "mail/transport.hpp"
#include "mail/unsubscribe.hpp"
#include "store/store.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// Sending what is due, each mail once.
namespace crm::mail {

struct SendOptions {
    SenderOptions sender;
    RetryPolicy retry;
    std::vector<Throttle> throttles;
    UnsubscribeSettings unsubscribe;  ///< what mail of campaigns requires
    std::optional<MailHours> hours;   ///< of the recipient, in which campaigns leave
    std::int64_t limit = std::numeric_limits<std::int64_t>::max();  ///< mails
    std::int64_t wait = 0;  ///< seconds for which deferred and slowed mail is waited for
    std::function<Instant()> now;
    std::chrono::milliseconds lock_wait{30'000};
    std::function<std::unique_ptr<Transport>()> transport;  ///< made when something is due
};

struct SendReport {
    std::int64_t sent = 0, deferred = 0, failed = 0, unsure = 0, cancelled = 0;
    bool busy = false;                  ///< another program sends already
    std::vector<std::string> problems;  ///< each mail that failed or is unsure, and why
};

/// Claims what is due in batches, each committed before its first mail leaves, and sends it. Throws
/// refused where the database is a copy; busy and config as the transport does, when what was sent
/// before is settled.
SendReport send_due(store::Store& store, const SendOptions& options);

/// Writes what is due as files ml1.eml and changes nothing; how many.
std::int64_t write_due(store::Store& store, const SendOptions& options, const std::string& folder);

}  // namespace crm::mail
