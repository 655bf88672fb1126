#include "service/ticket_change.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace crm::service {

using meta::FieldInfo;
using store::Record;

namespace {

const FieldInfo& field_of(const Record& record, std::string_view name) {
    return *record.entity->find(name);
}

const std::string& status_of_ticket(const Record& ticket) {
    return ticket.text(field_of(ticket, "status"));
}

void put_text(Record& ticket, std::string_view field, std::string_view text) {
    ticket.put(field_of(ticket, field), {Value(std::string(text))});
}

/// A field that the command names: rules leave it as it is.
void put_status(Record& ticket, std::string_view status) {
    const FieldInfo& field = field_of(ticket, "status");
    put_text(ticket, "status", status);
    ticket.given.push_back(&field);
}

[[noreturn]] void refuse(std::string_view code, std::string message, std::string hint) {
    throw Error(Fault::refused, std::string(code), std::move(message), std::move(hint));
}

}  // namespace

void pend(Record& ticket, std::string_view until, std::string_view reason) {
    if (is_closed(status_of_ticket(ticket)))
        refuse(
            "closed",
            fmt::format("{} {} is {}", ticket.short_id(), ticket.label(), status_of_ticket(ticket)),
            fmt::format("crm ticket reopen {}", ticket.short_id()));
    put_status(ticket, "Pending");
    if (!until.empty())
        put_text(ticket, "pending_until", until);
    if (!reason.empty())
        put_text(ticket, "waiting_for", reason);
}

void close(Record& ticket, const Closing& closing) {
    if (closing.duplicate_of && closing.duplicate_of->id == ticket.id)
        refuse("itself", fmt::format("{} cannot be a duplicate of itself", ticket.short_id()),
               "--duplicate-of names the other ticket");
    if (is_closed(status_of_ticket(ticket)))
        return;
    const FieldInfo& resolution = field_of(ticket, "resolution");
    if (!closing.resolution.empty())
        put_text(ticket, "resolution", closing.resolution);
    if (closing.duplicate_of) {
        ticket.put(field_of(ticket, "parent"), {Value(closing.duplicate_of->id)});
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
    if (!is_closed(status_of_ticket(ticket)))
        return;
    add_event(ticket, actor.now, "Reopened", std::string(reason), actor.user);
    put_status(ticket, ticket.number(field_of(ticket, "owner")) != 0 ? "Assigned" : "New");
}

void answer(Record& ticket, const Actor& actor) {
    if (is_closed(status_of_ticket(ticket)))
        refuse(
            "closed",
            fmt::format("{} {} is {}", ticket.short_id(), ticket.label(), status_of_ticket(ticket)),
            fmt::format("crm ticket reopen {}", ticket.short_id()));
    add_event(ticket, actor.now, "Answer", {}, actor.user);
}

void take_message(Record& ticket, Instant at, const Actor& actor) {
    if (at > actor.now)
        refuse("in_future", fmt::format("{} is in the future", at.iso()),
               "--at '2026-11-25 09:00'; default: now");
    const auto created = iso_instant(ticket.text(field_of(ticket, "created_at")));
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
