#pragma once

#include "base/template.hpp"
#include "mail/outbox.hpp"
#include "store/consent.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// What deliveries of a campaign have besides those of other mail. One mail record is the skeleton
/// for up to most_recipients members: its subject and body have tags, and each delivery has the
/// values for them. The rows are in the table "campaign_mail", which is made with the first one.
///
/// Its key says which address has had which step of which campaign. It is unique and stays when the
/// mail, the member or the campaign are undone, purged or erased.
namespace crm::mail {

struct CampaignDelivery {
    std::int64_t campaign = 0;
    std::int64_t member = 0;
    std::int64_t step = 1;
    std::string variant{};
    TemplateValues values{};
};

/// The key of an address, a step and a campaign with this uid.
std::string once_key(std::string_view campaign_uid, std::int64_t step, std::string_view address);

/// Verdicts of what may have left another database: that was copied or restored, and somebody who
/// cancels one mail may know it. Neither undo nor stop takes the first away.
inline constexpr std::string_view held_by_adopt = "may have left another database";
inline constexpr std::string_view cancelled_by_hand = "cancelled by hand";

/// In SQL, of rows r of "mail_recipients": it was cancelled before it left: undone, stopped, or
/// refused when it was claimed.
inline constexpr std::string_view may_be_queued_again =
    R"((coalesce(r."state", '') = 'Cancelled'
        AND coalesce(r."verdict", '')
            NOT IN ('cancelled by hand', 'may have left another database')))";

/// Within a transaction: a delivery of a mail belongs to a campaign. Fails where the key is taken
/// and its mail may have left (may_be_queued_again).
class CampaignMailWriter {
public:
    explicit CampaignMailWriter(store::Store& store);
    void put(const std::string& key, std::int64_t mail, std::int64_t position,
             const CampaignDelivery& delivery);

private:
    sql::Statement again_, put_;
};

bool has_campaign_mail(store::Store& store);

/// What the delivery is filled with; nothing where it is of no campaign.
std::optional<CampaignDelivery> campaign_delivery(store::Store& store, const Delivery& delivery);

/// Why a delivery of a campaign must not leave any more, beside what forbids any mail: its campaign
/// or member was removed or stopped, or the member has answered or objected. Nothing when it may.
std::optional<std::string> reason_to_stop(store::Store& store, store::ConsentLedger& ledger,
                                          const Delivery& delivery);

/// Whether a member of this rank gets no further steps; `unless` is that of the step.
bool ends_steps(std::string_view rank, std::string_view unless);
/// Whether the owner of an address gave the consent that a campaign needs: none, opt-in, double.
bool has_consent(const store::ConsentStanding& standing, std::string_view needed);

/// A mail to a member was sent: they have the step, its time, and at least the rank Sent. It is
/// not in the history, like the outbox.
void mark_sent(store::Store& store, const Delivery& delivery, Instant at);
/// A mail to a member came back.
void mark_bounced(store::Store& store, const Delivery& delivery, Instant at);

/// Deliveries are sent anew as the first ones of another mail. The key stays with what may have
/// left before: whatever becomes of the copy, its address is not queued again.
void copy_campaign_mail(store::Store& store, std::span<const Delivery> deliveries, std::int64_t to);

/// Cancels what is queued or held of a campaign; how many.
std::int64_t stop_campaign(store::Store& store, std::int64_t campaign);

}  // namespace crm::mail
