#include "campaign/progress.hpp"

#include "mail/campaign_mail.hpp"

#include <fmt/format.h>

namespace crm::campaign {

Progress::Progress(store::Store& store, std::int64_t campaign) {
    if (!mail::has_campaign_mail(store))
        return;
    sql::Statement all = store.db().prepare(fmt::format(
        R"(SELECT x."member", x."step", coalesce(r."sent_at", ''), coalesce(r."state", ''),
               CASE WHEN {} THEN 1 ELSE 0 END
           FROM "campaign_mail" x
           LEFT JOIN "mail_recipients" r ON r."record" = x."mail" AND r."position" = x."position"
           WHERE x."campaign" = ?1 ORDER BY x."id")",
        mail::may_be_queued_again));
    for (all.with(campaign); all.step();) {
        Last& last = members_[all.integer(0)];
        if (all.integer(4) != 0)
            last.cancelled = all.integer(1) > last.step;
        else if (all.integer(1) >= last.step)
            last = {all.integer(1), std::string(all.text(2)), std::string(all.text(3))};
    }
    with_key_ = store.db().prepare(fmt::format(
        R"(SELECT 1 FROM "campaign_mail" x
           LEFT JOIN "mail_recipients" r ON r."record" = x."mail" AND r."position" = x."position"
           WHERE x."key" = ?1 AND NOT {})",
        mail::may_be_queued_again));
    any_ = true;
}

bool Progress::has(const std::string& key) {
    if (!any_)
        return false;
    const bool out = with_key_.with(key).step();
    with_key_.reset();
    return out;
}

const Progress::Last& Progress::of(std::int64_t member) const {
    static const Last none;
    const auto found = members_.find(member);
    return found == members_.end() ? none : found->second;
}

}  // namespace crm::campaign
