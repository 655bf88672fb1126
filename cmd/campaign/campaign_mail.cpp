#include "cmd/campaign/campaign_mail.hpp"

#include "cmd/mail/settings.hpp"

#include <algorithm>

namespace crm::cmd {

std::unique_ptr<campaign::Texts> campaign_texts(Session& session, const store::Record& campaign,
                                                std::optional<store::Found> who) {
    if (campaign::channel_of(campaign) != store::Channel::mail)
        return nullptr;
    std::optional<store::Found> me;
    if (const auto user = session.resolver().me())
        me = store::Found{&session.model().with(meta::Role::user), *user};
    std::vector<const meta::Entity*> nouns =
        campaign::nouns_of_members(session.store(), campaign.id);
    if (who && who->entity->noun != "member" &&
        std::ranges::find(nouns, who->entity) == nouns.end())
        nouns.push_back(who->entity);
    if (nouns.empty())
        nouns.push_back(&session.model().get("contact"));
    auto out = std::make_unique<campaign::Texts>(session.resolver(), session.env.clock, campaign,
                                                 nouns, me);
    unsubscribe_settings(session);
    return out;
}

campaign::Sending campaign_sending(Session& session, const store::Record& campaign) {
    campaign::Sending out{campaign.text("from"), campaign.text("reply_to")};
    if (out.from.empty())
        out.from = default_sender(session).address;
    out.at = iso_instant(campaign.text("send_at"));
    return out;
}

std::array<std::int64_t, campaign::reasons> counts_of(
    std::span<const campaign::Candidate> candidates) {
    std::array<std::int64_t, campaign::reasons> out{};
    for (const campaign::Candidate& candidate : candidates)
        ++out[static_cast<std::size_t>(candidate.reason)];
    return out;
}

}  // namespace crm::cmd
