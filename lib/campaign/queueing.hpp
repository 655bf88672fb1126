#pragma once

#include "campaign/audience.hpp"
#include "store/writer.hpp"

#include <optional>
#include <span>
#include <string>

namespace crm::campaign {

/// The sender of a campaign's mail, and the time before which it does not leave.
struct Sending {
    std::string from, reply_to;
    std::optional<Instant> at{};
};

/// Queues a mail for each candidate, in the transaction of the writer: skeletons in the outbox, and
/// what each member has besides. The campaign becomes Active. How many were queued.
std::int64_t queue(store::Writer& writer, const store::Record& campaign,
                   std::span<const Candidate> candidates, const Sending& sending);

/// A mail record with the subject and body of a text, still with tags.
store::Record skeleton(const store::Record& campaign, const meta::Model& model, const Text& text,
                       const Sending& sending);

/// Stops a campaign: what is queued is cancelled, and the status is Inactive. How many.
std::int64_t stop(store::Writer& writer, const store::Record& campaign);

}  // namespace crm::campaign
