#pragma once

#include "mail/campaign_mail.hpp"
#include "mail/envelope.hpp"
#include "mail/unsubscribe.hpp"

#include <memory>
#include <string>

namespace crm::mail {

/// Makes the messages of campaigns: the skeleton is read once for all that follow one another.
class CampaignMessages {
public:
    CampaignMessages(store::Store& store, const SenderOptions& sender,
                     const UnsubscribeSettings& unsubscribe);
    ~CampaignMessages();

    /// Throws refused where the values make too much of the template.
    Message message(const Delivery& delivery, Instant now);

private:
    struct Skeleton;
    const Skeleton& skeleton_of(const Delivery& delivery);

    store::Store& store_;
    const SenderOptions& sender_;
    const UnsubscribeSettings& unsubscribe_;
    std::unique_ptr<Skeleton> skeleton_;
};

/// The number whose token names a delivery in its Message-ID: of a campaign that of the delivery,
/// else that of the mail.
std::int64_t token_number(const Delivery& delivery);
/// TOKEN.crm@acme.example
std::string message_id_of(store::Store& store, std::int64_t number, std::string_view from);

}  // namespace crm::mail
