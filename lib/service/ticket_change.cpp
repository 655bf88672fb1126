#include "service/ticket_change.hpp"

#include "base/error.hpp"
#include "base/template.hpp"
#include "base/text.hpp"
#include "mail/fill.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::service {

using meta::FieldInfo;
using store::Record;

namespace {

/// A field that the command names: rules leave it as it is.
void put_status(Record& ticket, std::string_view status) {
    const FieldInfo& field = ticket.field("status");
    ticket.put_text("status", std::string(status));
    ticket.given.push_back(&field);
}

[[noreturn]] void refuse(std::string_view code, std::string message, std::string hint) {
    throw Error(Fault::refused, std::string(code), std::move(message), std::move(hint));
}

}  // namespace

void pend(Record& ticket, std::string_view until, std::string_view today, std::string_view reason) {
    if (is_closed(ticket.text("status")))
        refuse("closed",
               fmt::format("{} {} is {}", ticket.short_id(), ticket.label(), ticket.text("status")),
               fmt::format("crm ticket reopen {}", ticket.short_id()));
    if (!until.empty() && until < today)
        refuse("in_the_past", fmt::format("{} is over", until), "--until names a day to come");
    put_status(ticket, "Pending");
    if (!until.empty())
        ticket.put_text("pending_until", std::string(until));
    if (!reason.empty())
        ticket.put_text("waiting_for", std::string(reason));
}

void add_used(Record& ticket, const std::vector<std::int64_t>& articles) {
    auto& rows = ticket.rows[ticket.field("used").first];
    for (const std::int64_t article : articles) {
        const store::RowCells row{Value(article)};
        if (std::ranges::find(rows, row) == rows.end())
            rows.push_back(row);
    }
}

void close(Record& ticket, const Closing& closing) {
    if (closing.duplicate_of && closing.duplicate_of->id == ticket.id)
        refuse("itself", fmt::format("{} cannot be a duplicate of itself", ticket.short_id()),
               "--duplicate-of names the other ticket");
    if (is_closed(ticket.text("status")))
        return;
    const FieldInfo& resolution = ticket.field("resolution");
    if (!closing.resolution.empty())
        ticket.put_text("resolution", closing.resolution);
    add_used(ticket, closing.used);
    if (closing.duplicate_of) {
        ticket.put(ticket.field("parent"), {Value(closing.duplicate_of->id)});
        return put_status(ticket, "Duplicate");
    }
    if (ticket.text(resolution).empty() && ticket.rows[ticket.field("used").first].empty())
        refuse(
            "no_resolution",
            fmt::format("{} {}: closing requires a resolution", ticket.short_id(), ticket.label()),
            fmt::format("crm ticket close {} --resolution 'Replaced the seal', or --used k1",
                        ticket.short_id()));
    put_status(ticket, closing.rejected ? "Rejected" : "Closed");
}

void reopen(Record& ticket, std::string_view reason, const Actor& actor) {
    if (!is_closed(ticket.text("status")))
        return;
    add_event(ticket, actor.now, "Reopened", std::string(reason), actor.user);
    put_status(ticket, ticket.number("owner") != 0 ? "Assigned" : "New");
}

void answer(Record& ticket, std::int64_t minutes, const Actor& actor) {
    if (is_closed(ticket.text("status")))
        refuse("closed",
               fmt::format("{} {} is {}", ticket.short_id(), ticket.label(), ticket.text("status")),
               fmt::format("crm ticket reopen {}", ticket.short_id()));
    add_event(ticket, actor.now, "Answer", minutes == 0 ? "" : fmt::format("{}min", minutes),
              actor.user);
}

std::optional<store::Found> find_customer(const Record& ticket) {
    for (const std::string_view name : {"contact", "account"})
        if (const FieldInfo& field = ticket.field(name); ticket.number(field) != 0)
            return store::Found{field.to, ticket.number(field)};
    return {};
}

store::Found customer_of(const Record& ticket) {
    if (const auto customer = find_customer(ticket))
        return *customer;
    refuse("no_recipient",
           fmt::format("{} {} has neither contact nor account", ticket.short_id(), ticket.label()),
           "contact=…, or --no-mail for an answer by telephone");
}

std::string reply_text(store::Resolver& resolver, const Clock& clock, const Record& ticket,
                       const Record& article, std::optional<store::Found> me) {
    const std::string named = fmt::format("{} {}", article.short_id(), article.label());
    if (article.text("kind") != "Reply")
        refuse("not_a_reply", named + " is not of kind Reply",
               fmt::format("crm kb edit {} kind=reply", article.short_id()));
    if (article.text("status") == "Archived")
        refuse("archived", named + " is archived",
               fmt::format("crm kb edit {} status=published", article.short_id()));
    const auto customer = find_customer(ticket);
    mail::Filler filler(resolver, clock, customer ? customer->entity : nullptr,
                        store::Found{ticket.entity, ticket.id}, me);
    const Template text(article.text("body"), article.short_id());
    filler.check(text);
    return text.filled(filler.values(customer ? customer->id : 0));
}

std::string reply_address(store::Store& store, const Record& ticket) {
    const FieldInfo& link = ticket.field("queue");
    if (ticket.number(link) == 0)
        return {};
    const auto queue = store.find(*link.to, ticket.number(link));
    return queue ? queue->text("email") : std::string();
}

void take_message(Record& ticket, Instant at, const Actor& actor) {
    if (at > actor.now)
        refuse("in_future", fmt::format("{} is in the future", at.iso()),
               "--at '2026-11-25 09:00'; default: now");
    const auto created = iso_instant(ticket.text("created_at"));
    if (created && at < *created)
        refuse("out_of_range",
               fmt::format("{} is before {} was created", at.iso(), ticket.short_id()),
               fmt::format("crm ticket edit {} created_at=… first", ticket.short_id()));
    add_event_at(ticket, at, "Customer", {}, actor.user);
}

TicketText read_ticket_text(std::string_view text) {
    text = text::trimmed(text);
    const auto end = text.find('\n');
    TicketText out{std::string(text::trimmed(text.substr(0, end))), {}};
    if (out.subject.empty())
        throw Error(Fault::usage, "missing", "standard input has no subject",
                    "its first line is the subject, the rest the description");
    if (end != text.npos)
        out.description = text::trimmed(text.substr(end));
    return out;
}

}  // namespace crm::service
