#pragma once

#include "mail/outbox.hpp"
#include "time/date.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace crm::mail {

/// Hours of a day in which mail to many leaves, on the recipient's clock: "9-17".
struct MailHours {
    int from = 0;  ///< minutes after midnight
    int to = 0;

    /// When it may leave, if not now.
    std::optional<Instant> next(const Clock& there) const;
};

/// 9-17, 8:30-18:00; nothing for any other text.
std::optional<MailHours> read_mail_hours(std::string_view text);

/// The zone of the recipient, else that of the campaign's calendar, else `otherwise`.
std::string zone_of(store::Store& store, const Delivery& delivery, const std::string& otherwise);

}  // namespace crm::mail
