#include "mail/queue.hpp"

#include "base/text.hpp"
#include "mail/campaign_mail.hpp"
#include "mail/campaign_message.hpp"
#include "mail/delivery.hpp"
#include "mail/outbox.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

namespace crm::mail {
namespace {

using store::Record;

constexpr std::array all_states{State::queued, State::held,   State::trying,   State::sent,
                                State::failed, State::unsure, State::cancelled};
constexpr std::array unsettled{State::queued, State::held, State::trying, State::unsure};

State read_state(std::string_view typed) {
    std::string valid;
    for (const State state : all_states) {
        if (text::key(typed) == text::key(word(state)))
            return state;
        valid += fmt::format("{}{}", valid.empty() ? "valid values are " : ", ", word(state));
    }
    throw Error(Fault::usage, "invalid_value",
                fmt::format("'{}' is not a valid state", text::visible(text::clipped(typed, 40))),
                valid);
}

std::vector<Delivery> deliveries_of(store::Store& store, const Record& what) {
    DeliveryFilter filter;
    (what.entity->noun == "member" ? filter.member : filter.mail) = what.id;
    return deliveries(store, filter);
}

[[noreturn]] void refuse(const Record& what, std::string_view why, std::string hint = {}) {
    throw Error(Fault::refused, "cannot_change", fmt::format("{} {}", what.short_id(), why),
                std::move(hint));
}

}  // namespace

std::string queue_id(store::Store& store, const Delivery& delivery) {
    const bool of_member = delivery.member != 0;
    return meta::short_id(store.model().get(of_member ? "member" : "mail"),
                          of_member ? delivery.member : delivery.mail);
}

std::vector<QueueRow> queue_rows(store::Store& store, std::span<const std::string> typed) {
    std::vector<State> states;
    for (const std::string& one : typed)
        states.push_back(read_state(one));
    if (states.empty())
        states.assign(unsettled.begin(), unsettled.end());
    std::vector<QueueRow> out;
    if (!has_outbox(store))
        return out;
    std::string list;
    for (const State state : states)
        list += fmt::format("{}'{}'", list.empty() ? "" : ", ", word(state));
    const bool campaigns = has_campaign_mail(store);
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT r."record", r."address", r."state", coalesce(r."attempts", 0),
               coalesce(r."next_at", ''), coalesce(r."verdict", ''), coalesce(m."message_id", ''),
               r."position", coalesce(m."from", ''), {1}
           FROM "mail_recipients" r JOIN "mail" m ON m."id" = r."record"{2}
           WHERE r."state" IN ({0}) AND m."undone" IS NULL ORDER BY r."record", r."position")",
        list, campaigns ? R"(coalesce(x."campaign", 0), coalesce(x."member", 0))" : "0, 0",
        campaigns ? R"( LEFT JOIN "campaign_mail" x
                        ON x."mail" = r."record" AND x."position" = r."position")"
                  : ""));
    while (get.step()) {
        Delivery delivery;
        delivery.mail = get.integer(0);
        delivery.position = get.integer(7);
        delivery.campaign = get.integer(9);
        delivery.member = get.integer(10);
        out.push_back(
            {queue_id(store, delivery), std::string(get.text(1)), std::string(get.text(2)),
             get.integer(3), std::string(get.text(4)), std::string(get.text(5)),
             delivery.campaign != 0 ? message_id_of(store, token_number(delivery), get.text(8))
                                    : std::string(get.text(6))});
    }
    return out;
}

std::size_t members_of(store::Store& store, const Record& mail) {
    const std::vector<Delivery> all = deliveries(store, {.mail = mail.id});
    return static_cast<std::size_t>(
        std::ranges::count_if(all, [](const Delivery& d) { return d.member != 0; }));
}

std::size_t change_queued(store::Store& store, const Record& what, QueueChange change) {
    const bool hold = change == QueueChange::hold, cancel = change == QueueChange::cancel;
    const State target = hold ? State::held : cancel ? State::cancelled : State::queued;
    const auto may = [&](State state) {
        return hold ? may_hold(state) : cancel ? may_cancel(state) : may_release(state);
    };
    const std::vector<Delivery> all = deliveries_of(store, what);
    if (all.empty())
        refuse(what, "is not in the outbox", "crm mail queue");
    std::size_t changed = 0;
    for (const Delivery& delivery : all)
        if (may(delivery.state)) {
            put_state(store, delivery, target, cancel ? cancelled_by_hand : "");
            ++changed;
        }
    const auto is_done = [&](const Delivery& d) { return d.state == target; };
    if (changed > 0 || std::ranges::any_of(all, is_done))
        return changed;
    const auto left =
        std::ranges::find_if(all, [](const Delivery& d) { return has_left(d.state); });
    refuse(what, left != all.end() ? "has left" : "is neither queued nor held",
           "crm mail queue " + text::lower_ascii(word(all.front().state)));
}

namespace {

/// Those that are unsure or failed, of one address or all.
std::vector<Delivery> to_resolve(store::Store& store, const Record& what,
                                 std::string_view address) {
    std::vector<Delivery> chosen = deliveries_of(store, what);
    std::erase_if(chosen, [&](const Delivery& delivery) {
        return !may_resolve(delivery.state) ||
               (!address.empty() && text::folded(delivery.address) != text::folded(address));
    });
    if (chosen.empty())
        refuse(what, "is neither unsure nor failed", "crm mail queue unsure failed");
    return chosen;
}

/// The same mail, to those addresses, to be sent anew.
Record queued_again(store::Writer& writer, const Record& mail,
                    const std::vector<Delivery>& deliveries) {
    Record copy(*mail.entity);
    copy.cells = mail.cells;
    for (const std::string_view field : {"message_id", "sent_at", "refs", "created_at"})
        copy.put(*mail.entity->find(field), {Value()});
    const meta::FieldInfo& recipients = *mail.entity->find("recipients");
    const auto cell = [&](std::string_view name) {
        return std::ranges::find(recipients.rows, name,
                                 [](const meta::FieldInfo& f) { return f.name(); })
            ->first;
    };
    for (const store::RowCells& row : mail.rows[recipients.first]) {
        const bool chosen = std::ranges::any_of(deliveries, [&](const Delivery& delivery) {
            return delivery.address == View(row[cell("address")]).text;
        });
        if (!chosen)
            continue;
        store::RowCells again = row;
        again[cell("state")] = std::string(word(State::queued));
        again[cell("attempts")] = std::int64_t{0};
        for (const std::string_view name : {"verdict", "next_at", "sent_at"})
            again[cell(name)] = Value();
        copy.rows[recipients.first].push_back(std::move(again));
    }
    writer.add(copy);
    put_message_id(writer.store(), copy);
    copy_campaign_mail(writer.store(), deliveries, copy.id);
    return copy;
}

}  // namespace

std::size_t unresolved(store::Store& store, const Record& what, std::string_view address) {
    return to_resolve(store, what, address).size();
}

void resolve(store::Store& store, const Record& what, bool sent, std::string_view address,
             Instant now) {
    for (const Delivery& delivery : to_resolve(store, what, address))
        if (sent)
            put_settled(store, delivery, {State::sent, delivery.attempts}, "", now);
        else
            put_state(store, delivery, State::failed, "resolved by hand");
}

std::vector<Record> queue_again(store::Writer& writer, const Record& what,
                                std::string_view address) {
    store::Store& store = writer.store();
    std::map<std::int64_t, std::vector<Delivery>> by_mail;
    for (Delivery& delivery : to_resolve(store, what, address))
        by_mail[delivery.mail].push_back(std::move(delivery));
    std::vector<Record> out;
    for (const auto& [mail, chosen] : by_mail) {
        out.push_back(queued_again(writer, store.get(store.model().get("mail"), mail), chosen));
        for (const Delivery& delivery : chosen)
            put_state(store, delivery, State::failed, "queued again as " + out.back().short_id());
    }
    return out;
}

}  // namespace crm::mail
