#include "mail/outbox.hpp"

#include "base/text.hpp"
#include "mail/campaign_mail.hpp"
#include "mail/campaign_message.hpp"
#include "mail/home.hpp"
#include "store/consent.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::mail {
namespace {

constexpr std::string_view all_deliveries = R"(
SELECT r."record", r."position", r."address", r."state", coalesce(r."verdict", ''),
    coalesce(r."attempts", 0), coalesce(m."send_at", m."created_at"), r."who_noun", r."who",
    {campaign}
FROM "mail_recipients" r JOIN "mail" m ON m."id" = r."record"{join})";

std::string select_deliveries(store::Store& store) {
    const bool campaigns = has_campaign_mail(store);
    return fmt::format(
        all_deliveries,
        fmt::arg("campaign", campaigns ? R"(x."campaign", x."member", x."step")" : "0, 0, 0"),
        fmt::arg("join", campaigns ? R"(
LEFT JOIN "campaign_mail" x ON x."mail" = r."record" AND x."position" = r."position")"
                                   : ""));
}

View or_null(std::string_view text) {
    return text.empty() ? View() : View(text);
}

Delivery read(store::Store& store, const sql::Statement& row) {
    Delivery out;
    out.mail = row.integer(0);
    out.position = row.integer(1);
    out.address = row.text(2);
    out.state = state_named(row.text(3)).value_or(State::unsure);
    out.verdict = row.text(4);
    out.attempts = static_cast<int>(row.integer(5));
    out.due = iso_instant(row.text(6)).value_or(Instant{});
    if (!row.null(7))
        out.who_noun = store.model().by_number(static_cast<int>(row.integer(7)));
    out.who = row.integer(8);
    out.campaign = row.integer(9);
    out.member = row.integer(10);
    out.step = row.integer(11);
    return out;
}

/// Whether a record is there, neither removed nor undone.
bool is_there(store::Store& store, std::string_view noun, std::int64_t id) {
    return store.db()
        .prepare(fmt::format(
            R"(SELECT 1 FROM {} WHERE "id" = ?1 AND "deleted_at" IS NULL AND "undone" IS NULL)",
            sql::quoted(noun)))
        .with(id)
        .step();
}

bool is_flagged(store::Store& store, const Delivery& delivery) {
    if (delivery.who_noun == nullptr || delivery.who_noun->find("do_not_mail") == nullptr)
        return false;
    return store.db()
        .prepare(fmt::format(R"(SELECT 1 FROM {} WHERE "id" = ?1 AND "do_not_mail" = 1)",
                             sql::quoted(delivery.who_noun->noun)))
        .with(delivery.who)
        .step();
}

}  // namespace

bool has_outbox(store::Store& store) {
    return store.db().has_table("mail_recipients");
}

std::vector<Delivery> deliveries(store::Store& store, const DeliveryFilter& filter,
                                 std::size_t most) {
    std::vector<Delivery> out;
    if (!has_outbox(store) || (filter.member && !has_campaign_mail(store)))
        return out;
    std::string where;
    const auto add = [&](std::string_view condition) {
        where += fmt::format(" {} {}", where.empty() ? "WHERE" : "AND", condition);
    };
    const std::string due = filter.due ? filter.due->iso() : std::string();
    if (filter.state)
        add(R"(r."state" = ?1)");
    if (filter.due)
        add(R"((r."next_at" IS NULL OR r."next_at" <= ?2)
               AND (m."send_at" IS NULL OR m."send_at" <= ?2))");
    if (filter.mail)
        add(R"(r."record" = ?3)");
    if (filter.member)
        add(R"(x."member" = ?4)");
    sql::Statement get = store.db().prepare(select_deliveries(store) + where +
                                            R"( ORDER BY r."record", r."position")");
    if (filter.state)
        get.bind(1, word(*filter.state));
    if (filter.due)
        get.bind(2, std::string_view(due));
    if (filter.mail)
        get.bind(3, *filter.mail);
    if (filter.member)
        get.bind(4, *filter.member);
    while (out.size() < most && get.step())
        out.push_back(read(store, get));
    return out;
}

void put_state(store::Store& store, const Delivery& delivery, State state,
               std::string_view verdict) {
    store.db()
        .prepare(R"(UPDATE "mail_recipients"
                    SET "state" = ?3, "verdict" = coalesce(?4, "verdict"), "next_at" = NULL
                    WHERE "record" = ?1 AND "position" = ?2)")
        .with(delivery.mail, delivery.position, word(state), or_null(verdict))
        .run();
}

void put_settled(store::Store& store, const Delivery& delivery, const Settled& settled,
                 std::string_view verdict, Instant now) {
    const std::string at = now.iso();
    const std::string next = settled.next_at ? settled.next_at->iso() : std::string();
    const bool sent = settled.state == State::sent;
    store.db()
        .prepare(R"(UPDATE "mail_recipients"
                    SET "state" = ?3, "verdict" = ?4, "attempts" = ?5, "next_at" = ?6, "sent_at" = ?7
                    WHERE "record" = ?1 AND "position" = ?2)")
        .with(delivery.mail, delivery.position, word(settled.state),
              sent ? View() : or_null(verdict), settled.attempts, or_null(next),
              sent ? View(std::string_view(at)) : View())
        .run();
    if (sent)
        store.db()
            .prepare(R"(UPDATE "mail" SET "sent_at" = ?2 WHERE "id" = ?1 AND "sent_at" IS NULL)")
            .with(delivery.mail, at)
            .run();
    if (sent)
        mark_sent(store, delivery, now);
}

void put_next_at(store::Store& store, const Delivery& delivery, Instant at) {
    store.db()
        .prepare(R"(UPDATE "mail_recipients" SET "next_at" = ?3
                    WHERE "record" = ?1 AND "position" = ?2)")
        .with(delivery.mail, delivery.position, at.iso())
        .run();
}

std::optional<std::string> reason_to_cancel(store::Store& store, store::ConsentLedger& ledger,
                                            const Delivery& delivery) {
    if (!is_there(store, "mail", delivery.mail))
        return "the mail was removed";
    if (delivery.who_noun != nullptr && !is_there(store, delivery.who_noun->noun, delivery.who))
        return "the recipient was removed";
    if (delivery.verdict.starts_with("anyway"))
        return {};
    if (delivery.campaign != 0)
        if (auto why = reason_to_stop(store, ledger, delivery))
            return why;
    const bool colleague =
        delivery.who_noun != nullptr && delivery.who_noun->role == meta::Role::user;
    const auto act = delivery.campaign == 0
                         ? ledger.suppressed(store::Channel::mail, delivery.address)
                         : std::nullopt;  // that depends on the topic, which was asked for above
    if (act && (!colleague || *act == "bounce"))
        return fmt::format("the address is suppressed ({})", *act);
    if (is_flagged(store, delivery))
        return "do_not_mail is set";
    return {};
}

std::vector<Delivery> recover(store::Store& store, const Journal& journal, Instant now) {
    std::vector<Delivery> out;
    const std::vector<Delivery> open = deliveries(store, {.state = State::trying});
    if (open.empty())
        return out;
    const Journal::Content content =
        journal.read(static_cast<std::uint64_t>(outbox_number(store, journal_key)),
                     outbox_number(store, batch_key));
    for (Delivery delivery : open) {
        const auto mark = content.marks.find(delivery.id());
        delivery.state = recovered(mark == content.marks.end() ? Mark::none : mark->second,
                                   content.valid && content.same_boot);
        if (delivery.state == State::sent) {
            put_settled(store, delivery, {State::sent, delivery.attempts + 1}, "", now);
            continue;
        }
        const bool told = delivery.state == State::unsure || delivery.state == State::failed;
        if (told)
            delivery.verdict = delivery.state == State::unsure
                                   ? "the program ended before the server answered"
                                   : "refused by the server";
        put_state(store, delivery, delivery.state, told ? delivery.verdict : "");
        if (told)
            out.push_back(std::move(delivery));
    }
    return out;
}

void put_message_id(store::Store& store, store::Record& mail) {
    const std::string& from = mail.text(*mail.entity->find("from"));
    std::string id = message_id_of(store, mail.id, from);
    store.db()
        .prepare(R"(UPDATE "mail" SET "message_id" = ?2 WHERE "id" = ?1)")
        .with(mail.id, id)
        .run();
    mail.put(*mail.entity->find("message_id"), {Value(std::move(id))});
}

Adopted adopt(store::Store& store, const Journal& journal, Instant now) {
    recover(store, journal, now);
    Adopted out;
    for (const Delivery& delivery : deliveries(store, {.state = State::queued})) {
        put_state(store, delivery, State::held,
                  delivery.campaign == 0 ? std::string_view() : held_by_adopt);
        ++out.held;
    }
    out.unsure = static_cast<std::int64_t>(deliveries(store, {.state = State::unsure}).size());
    move_home(store);
    return out;
}

std::string last_change(store::Store& store) {
    sql::Statement get = store.db().prepare(R"(SELECT coalesce(max("at"), '') FROM "operation")");
    return get.step() ? std::string(get.text(0)) : std::string();
}

}  // namespace crm::mail
