#include "service/ticket_change.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

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

void pend(Record& ticket, std::string_view until, std::string_view reason) {
    if (is_closed(ticket.text("status")))
        refuse("closed",
               fmt::format("{} {} is {}", ticket.short_id(), ticket.label(), ticket.text("status")),
               fmt::format("crm ticket reopen {}", ticket.short_id()));
    put_status(ticket, "Pending");
    if (!until.empty())
        ticket.put_text("pending_until", std::string(until));
    if (!reason.empty())
        ticket.put_text("waiting_for", std::string(reason));
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
    if (closing.duplicate_of) {
        ticket.put(ticket.field("parent"), {Value(closing.duplicate_of->id)});
        return put_status(ticket, "Duplicate");
    }
    if (ticket.text(resolution).empty())
        refuse(
            "no_resolution",
            fmt::format("{} {}: closing requires a resolution", ticket.short_id(), ticket.label()),
            fmt::format("crm ticket close {} --resolution 'Replaced the seal'", ticket.short_id()));
    put_status(ticket, closing.rejected ? "Rejected" : "Closed");
}

void reopen(Record& ticket, std::string_view reason, const Actor& actor) {
    if (!is_closed(ticket.text("status")))
        return;
    add_event(ticket, actor.now, "Reopened", std::string(reason), actor.user);
    put_status(ticket, ticket.number("owner") != 0 ? "Assigned" : "New");
}

void answer(Record& ticket, const Actor& actor) {
    if (is_closed(ticket.text("status")))
        refuse("closed",
               fmt::format("{} {} is {}", ticket.short_id(), ticket.label(), ticket.text("status")),
               fmt::format("crm ticket reopen {}", ticket.short_id()));
    add_event(ticket, actor.now, "Answer", {}, actor.user);
}

store::Found customer_of(const Record& ticket) {
    for (const std::string_view name : {"contact", "account"})
        if (const FieldInfo& field = ticket.field(name); ticket.number(field) != 0)
            return {field.to, ticket.number(field)};
    refuse("no_recipient",
           fmt::format("{} {} has neither contact nor account", ticket.short_id(), ticket.label()),
           "contact=…, or --no-mail for an answer by telephone");
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
