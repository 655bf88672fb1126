#include "mail/envelope.hpp"

#include "base/idna.hpp"
#include "base/text.hpp"
#include "mail/campaign_message.hpp"
#include "mail/gmime.hpp"
#include "mail/markdown.hpp"
#include "mail/token.hpp"
#include "store/attachment.hpp"

namespace crm::mail {
namespace {

using meta::FieldInfo;
using store::Record;

/// The addresses of one header, with the names of the records that they belong to.
std::vector<Address> addresses_of(store::Store& store, const Record& mail, std::string_view kind) {
    std::vector<Address> out;
    const FieldInfo& recipients = *mail.entity->find("recipients");
    const auto cell = [&](std::string_view name) {
        return std::ranges::find(recipients.rows, name, [](const FieldInfo& f) { return f.name(); })
            ->first;
    };
    for (const store::RowCells& row : mail.rows[recipients.first]) {
        if (View(row[cell("kind")]).text != kind)
            continue;
        Address who{"", ascii_address(View(row[cell("address")]).text)};
        const View noun = row[cell("who")], id = row[cell("who") + 1];
        if (!noun.null())
            if (const auto* entity = store.model().by_number(static_cast<int>(noun.number)))
                who.name = store.name(*entity, id.number);
        out.push_back(std::move(who));
    }
    return out;
}

std::string sender_name(store::Store& store, const std::string& address,
                        const SenderOptions& options) {
    if (text::folded(options.from.address) == text::folded(address) && !options.from.name.empty())
        return options.from.name;
    const meta::Entity& users = store.model().with(meta::Role::user);
    if (!store.db().has_table(users.noun))
        return {};
    const auto found = store.look_up(meta::Lookup::email, text::folded(address), users);
    return found.size() == 1 ? store.name(users, found.front()) : std::string();
}

}  // namespace

Message bare_message(store::Store& store, const Record& mail, const SenderOptions& options,
                     Instant now) {
    Message out;
    out.from = {sender_name(store, mail.text("from"), options), ascii_address(mail.text("from"))};
    out.reply_to = ascii_address(mail.text("reply_to"));
    out.date = now;
    out.offset = options.clock.offset(now);
    for (const Record& file : store::attachments_of(store, mail))
        if (file.deleted_at.empty())
            out.attachments.push_back(
                {file.text("name"), file.text("media_type"), store::attached_bytes(store, file)});
    return out;
}

Message message_of(store::Store& store, std::int64_t id, const SenderOptions& options,
                   Instant now) {
    const Record mail = store.get(store.model().get("mail"), id);
    Message out = bare_message(store, mail, options, now);
    out.to = addresses_of(store, mail, "To");
    out.cc = addresses_of(store, mail, "Cc");
    out.subject = mail.text("subject");
    out.message_id = mail.text("message_id");
    out.automatic = mail.number(*mail.entity->find("automatic")) != 0;
    out.html = mail.text("html");
    out.text = mail.text("body");
    if (out.html.empty()) {
        Rendered rendered = render_markdown(out.text);
        out.text = std::move(rendered.text);
        out.html = std::move(rendered.html);
    }
    return out;
}

Envelope envelope_of(store::Store& store, const Message& message,
                     std::span<const Delivery> deliveries, const SenderOptions& options) {
    Envelope out;
    out.sender = options.bounce_address.empty() ? message.from.address : options.bounce_address;
    const auto at = out.sender.rfind('@');
    if (!options.bounce_address.empty() && deliveries.size() == 1 && at != std::string::npos)
        out.sender.insert(at, "+" + token(token_number(deliveries.front()), store.seed()));
    for (const Delivery& delivery : deliveries)
        out.recipients.push_back({delivery.id(), ascii_address(delivery.address)});
    out.content = composed(message);
    return out;
}

}  // namespace crm::mail
