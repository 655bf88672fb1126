#include "mail/campaign_message.hpp"

#include "base/idna.hpp"
#include "mail/fill.hpp"
#include "mail/template.hpp"
#include "mail/token.hpp"

#include <fmt/format.h>

namespace crm::mail {
namespace {

/// Tells the numbers of deliveries from those of mails; a token has 48 bits.
constexpr std::int64_t of_delivery = std::int64_t{1} << 47;

}  // namespace

struct CampaignMessages::Skeleton {
    Skeleton(store::Record record, std::string campaign_name)
        : mail(std::move(record)),
          campaign(std::move(campaign_name)),
          subject(mail.text("subject"), mail.short_id() + ".subject"),
          body(Template(mail.text("body"), mail.short_id() + ".body")) {}

    store::Record mail;
    std::string campaign;
    Template subject;
    MarkdownTemplate body;
};

CampaignMessages::CampaignMessages(store::Store& store, const SenderOptions& sender,
                                   const UnsubscribeSettings& unsubscribe)
    : store_(store), sender_(sender), unsubscribe_(unsubscribe) {}
CampaignMessages::~CampaignMessages() = default;

const CampaignMessages::Skeleton& CampaignMessages::skeleton_of(const Delivery& delivery) {
    if (!skeleton_ || skeleton_->mail.id != delivery.mail)
        skeleton_ = std::make_unique<Skeleton>(
            store_.get(store_.model().get("mail"), delivery.mail),
            store_.name(store_.model().get("campaign"), delivery.campaign));
    return *skeleton_;
}

Message CampaignMessages::message(const Delivery& delivery, Instant now) {
    const Skeleton& skeleton = skeleton_of(delivery);
    const std::string& from = skeleton.mail.text("from");
    Message out = bare_message(store_, skeleton.mail, sender_, now);
    out.to = {{delivery.who_noun == nullptr ? "" : store_.name(*delivery.who_noun, delivery.who),
               ascii_address(delivery.address)}};
    out.message_id = message_id_of(store_, token_number(delivery), from);
    out.list =
        list_headers(store_, unsubscribe_, {delivery.campaign, delivery.member, delivery.address},
                     skeleton.campaign, from);
    TemplateValues values;
    if (auto more = campaign_delivery(store_, delivery))
        values = std::move(more->values);
    values[std::string(unsubscribe_tag)] = {unsubscribe_link(out.list)};
    out.subject = skeleton.subject.filled(values);
    out.text = skeleton.body.text(values);
    out.html = skeleton.body.html(values);
    return out;
}

std::int64_t token_number(const Delivery& delivery) {
    return delivery.campaign == 0 ? delivery.mail : of_delivery | delivery.id();
}

std::string message_id_of(store::Store& store, std::int64_t number, std::string_view from) {
    return fmt::format("{}.crm@{}", token(number, store.seed()),
                       ascii_domain(from.substr(from.rfind('@') + 1)));
}

}  // namespace crm::mail
