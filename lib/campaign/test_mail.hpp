#pragma once

#include "campaign/queueing.hpp"
#include "campaign/texts.hpp"
#include "mail/envelope.hpp"

#include <cstdint>
#include <optional>
#include <string>

/// Mail of a campaign that is only looked at or tried: it has no token, and no effect on members.
namespace crm::campaign {

struct Trial {
    std::string address;              ///< empty: that of whom it is filled for
    std::optional<store::Found> who;  ///< a member or whom they are; the first member if empty
    std::int64_t step = 1;
    std::string link;  ///< in place of the one to unsubscribe
};

/// What somebody would get. Throws refused where there is nobody.
mail::Message preview(store::Store& store, const store::Record& campaign, Texts& texts,
                      const Sending& sending, const mail::SenderOptions& sender, const Trial& trial,
                      Instant now);

/// Queues it to the address of the trial, with [test] in the subject; the mail.
store::Record queue_test(store::Writer& writer, const store::Record& campaign, Texts& texts,
                         const Sending& sending, const Trial& trial);

}  // namespace crm::campaign
