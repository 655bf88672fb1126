#include "campaign/test_mail.hpp"

#include "mail/home.hpp"
#include "mail/outbox.hpp"
#include "mail/unsubscribe.hpp"
#include "store/rows.hpp"

#include <fmt/format.h>

namespace crm::campaign {
namespace {

using store::Found;
using store::Record;

/// Whom it is filled for, and the member, if they are one.
struct Person {
    Record who;
    std::string member_uid;
};

std::optional<Record> member_of(store::Store& store, const Record& campaign,
                                const std::optional<Found>& who) {
    if (who && who->entity->noun == "member")
        return store.get(*who->entity, who->id);
    if (!store.db().has_table("member"))
        return {};
    const meta::Entity& noun = store.model().get("member");
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT min("id") FROM "member"
           WHERE "campaign" = ?1 AND "deleted_at" IS NULL AND "undone" IS NULL{})",
        who ? R"( AND "who_noun" = ?2 AND "who" = ?3)" : ""));
    if (who)
        get.with(campaign.id, who->entity->number, who->id);
    else
        get.with(campaign.id);
    if (!get.step() || get.null(0))
        return {};
    return store.get(noun, get.integer(0));
}

Person person_of(store::Store& store, const Record& campaign, const Trial& trial) {
    const auto member = member_of(store, campaign, trial.who);
    if (member) {
        const meta::FieldInfo& who = member->field("who");
        const auto* noun =
            store.model().by_number(static_cast<int>(member->views(who).front().number));
        return {store.get(*noun, member->number(who)), member->uid};
    }
    if (trial.who)
        return {store.get(*trial.who->entity, trial.who->id), {}};
    throw Error(Fault::refused, "nobody",
                fmt::format("{} {} has no members", campaign.short_id(), campaign.label()),
                fmt::format("crm campaign member add {} QUERY", campaign.short_id()));
}

/// The text that a person gets, filled.
struct Filled {
    Person person;
    const Text* text = nullptr;
    TemplateValues values;
    std::string subject;
};

Filled filled_for(store::Store& store, const Record& campaign, Texts& texts, const Trial& trial) {
    Filled out{person_of(store, campaign, trial)};
    const Record& who = out.person.who;
    const std::vector<Variant> variants = variants_of(campaign);
    const Variant* variant =
        variants.empty() ? nullptr : &variant_for(variants, campaign.uid, out.person.member_uid);
    out.text = &texts.get(trial.step, variant, who.text("language"));
    const std::int64_t ids[] = {who.id};
    out.values = texts.values(*who.entity, ids)[who.id];
    out.values[std::string(mail::unsubscribe_tag)] = {trial.link};
    out.subject = out.text->subject.filled(out.values);
    return out;
}

}  // namespace

mail::Message preview(store::Store& store, const Record& campaign, Texts& texts,
                      const Sending& sending, const mail::SenderOptions& sender, const Trial& trial,
                      Instant now) {
    const Filled filled = filled_for(store, campaign, texts, trial);
    const Record mail = skeleton(campaign, store.model(), *filled.text, sending);
    mail::Message out = mail::bare_message(store, mail, sender, now);
    const Record& who = filled.person.who;
    out.to = {{who.label(), trial.address.empty() ? who.text("email") : trial.address}};
    out.subject = filled.subject;
    out.message_id = "preview.crm@" + sending.from.substr(sending.from.rfind('@') + 1);
    const mail::MarkdownTemplate body(filled.text->body);
    out.text = body.text(filled.values);
    out.html = body.html(filled.values);
    return out;
}

Record queue_test(store::Writer& writer, const Record& campaign, Texts& texts,
                  const Sending& sending, const Trial& trial) {
    store::Store& store = writer.store();
    const Filled filled = filled_for(store, campaign, texts, trial);
    Record mail = skeleton(campaign, store.model(), *filled.text, sending);
    const mail::MarkdownTemplate body(filled.text->body);
    mail.put_text("subject", "[test] " + filled.subject);
    mail.put_text("body", body.text(filled.values));
    mail.put_text("html", body.html(filled.values));
    mail.put_text("send_at", "");
    mail.put_text("to", trial.address);
    const meta::FieldInfo& rows = mail.field("recipients");
    store::RowCells row = store::empty_row(rows);
    row[store::inner_field(rows, "address").first] = trial.address;
    row[store::inner_field(rows, "kind").first] = std::string("To");
    row[store::inner_field(rows, "state").first] = std::string(mail::word(mail::State::queued));
    row[store::inner_field(rows, "attempts").first] = std::int64_t{0};
    mail.rows[rows.first].push_back(std::move(row));
    writer.add(mail);
    mail::put_message_id(store, mail);
    mail::settle_home(store);
    return mail;
}

}  // namespace crm::campaign
