#include "campaign/progress.hpp"

#include "mail/campaign_mail.hpp"

#include <fmt/format.h>

namespace crm::campaign {

Progress::Progress(store::Store& store, std::int64_t campaign) {
    if (!mail::has_campaign_mail(store))
        return;
    sql::Statement all = store.db().prepare(fmt::format(
        R"(SELECT x."key", x."member", x."step", coalesce(r."sent_at", ''),
               coalesce(r."state", '')
           FROM "campaign_mail" x
           LEFT JOIN "mail_recipients" r ON r."record" = x."mail" AND r."position" = x."position"
           WHERE x."campaign" = ?1 AND NOT {})",
        mail::may_be_queued_again));
    for (all.with(campaign); all.step();) {
        keys_.emplace(all.text(0));
        Last& last = members_[all.integer(1)];
        if (all.integer(2) > last.step)
            last = {all.integer(2), std::string(all.text(3)), std::string(all.text(4))};
    }
}

const Progress::Last& Progress::of(std::int64_t member) const {
    static const Last none;
    const auto found = members_.find(member);
    return found == members_.end() ? none : found->second;
}

}  // namespace crm::campaign
