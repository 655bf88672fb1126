#include "cmd/campaign/campaign_mail.hpp"

#include "base/text.hpp"
#include "cmd/cli/select.hpp"
#include "cmd/mail/settings.hpp"

#include <fmt/format.h>

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

std::unique_ptr<campaign::Texts> mail_texts(Session& session, const store::Record& campaign,
                                            std::optional<store::Found> who) {
    auto out = campaign_texts(session, campaign, who);
    if (out == nullptr)
        throw Error(Fault::refused, "not_by_mail",
                    fmt::format("{} {} is a campaign of type {}, which is not sent by e-mail",
                                campaign.short_id(), campaign.label(), campaign.text("type")),
                    campaign.text("type") == "Mail" ? "crm campaign letters" : "crm call next");
    return out;
}

std::optional<store::Found> reader_given(Session& session, const Arguments& args) {
    if (args.words.size() < 2)
        return {};
    return resolve_reference(session, nullptr, args.words[1]);
}

void warn_of_open_problems(Session& session, std::span<const campaign::Candidate> candidates) {
    constexpr std::size_t most = 5;  // that are named
    std::vector<std::string> some;
    std::size_t count = 0;
    for (const campaign::Candidate& candidate : candidates)
        if (candidate.has_open_problem && ++count <= most)
            some.push_back(meta::short_id(session.model().get("member"), candidate.member));
    if (count > 0 && !session.quiet)
        session.remark(
            fmt::format("warning: members with an open problem get it: {}{} ({}); "
                        "not_with='ticket.is:open' leaves them out",
                        text::joined(some, ", "), count > most ? ", …" : "", count));
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
