#include "service/ticket_rules.hpp"

#include "base/error.hpp"
#include "service/cover.hpp"
#include "service/events.hpp"
#include "store/store.hpp"
#include "store/users.hpp"
#include "time/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace crm::service {

using meta::FieldInfo;
using store::Record;
using store::RuleContext;

namespace {

bool is_empty(const Record& record, const FieldInfo& field) {
    return std::ranges::all_of(record.of(field), [](const Value& value) {
        return std::holds_alternative<std::monostate>(value);
    });
}

Instant instant_of(const Record& record, std::string_view field, Instant otherwise) {
    return iso_instant(record.text(field)).value_or(otherwise);
}

/// Since when the customer waits: the first question or message that nobody has answered.
std::string waiting_since(std::span<const Event> events) {
    std::optional<Instant> since;
    for (const Event& event : events) {
        if (event.what == "Answer")
            since.reset();
        else if (!since && (event.what == "Created" || event.what == "Customer"))
            since = event.at;
    }
    return since ? since->iso() : std::string();
}

/// The minutes that the answers took.
std::int64_t minutes_of(std::span<const Event> events) {
    std::int64_t seconds = 0;
    for (const Event& event : events)
        if (event.what == "Answer")
            if (const auto length = read_duration(event.detail))
                seconds += duration_seconds(*length);
    return seconds / 60;
}

void put_minutes(Record& ticket, std::span<const Event> events) {
    const std::int64_t minutes = minutes_of(events);
    ticket.put(ticket.field("minutes"), {minutes == 0 ? Value() : Value(minutes)});
}

void put_waiting_since(Record& ticket, std::span<const Event> events) {
    const std::string since = waiting_since(events);
    ticket.put(ticket.field("waiting_since"), {since.empty() ? Value() : Value(since)});
}

/// "Std -> Gold", of records by their names.
std::string change_text(RuleContext& context, const Record& before, const Record& after,
                        const FieldInfo& field) {
    const auto shown = [&](const Record& record) -> std::string {
        if (field.type() != meta::Type::link)
            return record.text(field).empty() ? "none" : record.text(field);
        const auto target = context.find(*field.to, record.number(field));
        return target ? target->label() : "none";
    };
    return fmt::format("{} -> {}", shown(before), shown(after));
}

/// Takes a link of another record, where a new ticket has none and does not say so.
void take_link(Record& ticket, const Record& from, std::string_view name) {
    const FieldInfo &field = ticket.field(name), *other = from.entity->find(name);
    if (is_empty(ticket, field) && !ticket.is_given(field) && other != nullptr &&
        from.number(*other) != 0)
        ticket.put(field, {Value(from.number(*other))});
}

/// The contract that covers the asset. A file of the past says itself which it was; the service
/// level of an asset's contract counts in any case.
void take_contract(RuleContext& context, const Record& asset, Record& ticket) {
    const FieldInfo& field = ticket.field("contract");
    if (!is_empty(ticket, field) || ticket.is_given(field) || context.imported)
        return;
    const Cover cover = cover_of(context.flushed(), asset, context.clock.now, context.clock);
    if (cover.contract != 0)
        ticket.put(field, {Value(cover.contract)});
}

/// Who has a ticket works on it.
void assign_new(const Record* before, Record& ticket) {
    const FieldInfo& status = ticket.field("status");
    const std::int64_t owner = ticket.number("owner");
    if (owner == 0 || ticket.text(status) != "New" || ticket.is_given(status))
        return;
    if (before == nullptr || before->number("owner") != owner)
        ticket.put(status, {Value("Assigned")});
}

/// A ticket is solved at first contact when one answer was enough.
bool is_first_contact(const Record& ticket) {
    const std::vector<Event> events = events_of(ticket);
    return ticket.number("reopened") == 0 && ticket.text("status") == "Closed" &&
           std::ranges::count(events, "Answer", &Event::what) <= 1;
}

void mark_closed(RuleContext& context, const Record* before, Record& ticket) {
    const FieldInfo &at = ticket.field("closed_at"), &contact = ticket.field("first_contact");
    // When a file does not say when it was closed, nobody knows.
    if (!is_given(before, ticket, at) && !context.imported)
        ticket.put(at, {Value(std::max(context.now, ticket.text("created_at")))});
    const std::int64_t user = store::user_number(ticket.entity->model(), context.user);
    ticket.put(ticket.field("closed_by"), {user == 0 || context.imported ? Value() : Value(user)});
    if (!is_given(before, ticket, contact))
        ticket.put(contact, {Value(std::int64_t{is_first_contact(ticket)})});
}

void mark_reopened(const Record& before, Record& ticket) {
    const FieldInfo &reopened = ticket.field("reopened"), &contact = ticket.field("first_contact");
    ticket.put(ticket.field("closed_at"), {Value()});
    ticket.put(ticket.field("closed_by"), {Value()});
    ticket.put(reopened, {Value(before.number(reopened) + 1)});
    if (!is_given(&before, ticket, contact))
        ticket.put(contact, {Value(std::int64_t{0})});
}

/// A file that has no status says by this time that a ticket is closed.
void close_past(RuleContext& context, const Record* before, Record& ticket) {
    const FieldInfo& status = ticket.field("status");
    if (before == nullptr && context.imported && !ticket.is_given(status) &&
        !ticket.text("closed_at").empty())
        ticket.put(status, {Value("Closed")});
}

/// An open ticket has no time at which it was closed.
void check_open(RuleContext& context, const Record* before, Record& ticket) {
    const FieldInfo& at = ticket.field("closed_at");
    const bool is_new = before == nullptr || before->text(at) != ticket.text(at);
    if (ticket.text(at).empty() || !is_new || context.checking)
        return;  // earlier releases did not clear it
    if (!context.relinked)
        throw Error(Fault::refused, "not_closed",
                    fmt::format("{}{} is {}: closed_at is only for closed tickets",
                                ticket.id == 0 ? "" : ticket.short_id() + " ", ticket.label(),
                                ticket.text("status")),
                    "status=closed");
    ticket.put(at, {Value()});
}

bool is_unchanged(const Record* before, const Record& after, std::string_view field) {
    return before != nullptr && before->text(field) == after.text(field);
}

/// What is entered as past is not in the future.
void check_past(RuleContext& context, const Record* before, const Record& ticket) {
    if (context.checking || context.relinked)
        return;
    for (const std::string_view name : {"first_response_at", "closed_at"}) {
        const auto at = iso_instant(ticket.text(name));
        if (at && *at > context.clock.now && !is_unchanged(before, ticket, name))
            throw Error(Fault::refused, "in_future",
                        fmt::format("{}: {} is in the future", name, at->iso()),
                        fmt::format("{}='2026-11-25 09:00'", name));
    }
}

}  // namespace

void inherit(RuleContext& context, const Record* before, Record& ticket) {
    if (before != nullptr)
        return;
    const FieldInfo &asset = ticket.field("asset"), &contact = ticket.field("contact");
    if (ticket.number(asset) != 0)
        if (const auto from = context.find(*asset.to, ticket.number(asset))) {
            for (const std::string_view name : {"product", "account", "contact"})
                take_link(ticket, *from, name);
            take_contract(context, *from, ticket);
        }
    if (ticket.number(contact) != 0 && ticket.number("account") == 0)
        if (const auto from = context.find(*contact.to, ticket.number(contact)))
            take_link(ticket, *from, "account");
}

void follow_status(RuleContext& context, const Record* before, Record& ticket) {
    close_past(context, before, ticket);
    assign_new(before, ticket);
    const bool was = before != nullptr && is_closed(before->text("status"));
    const bool is = is_closed(ticket.text("status"));
    if (is && !was)
        mark_closed(context, before, ticket);
    else if (was && !is)
        mark_reopened(*before, ticket);
    else if (!is)
        check_open(context, before, ticket);
    check_past(context, before, ticket);
}

/// Instants are compared as they are stored, which is the order of time: very many rows come here.
void check_times(RuleContext& context, const Record* before, const Record& ticket) {
    const std::string& created = ticket.text("created_at");
    if (created.empty() || context.relinked)
        return;
    const bool moved = !is_unchanged(before, ticket, "created_at");
    for (const std::string_view name : {"first_response_at", "closed_at"}) {
        const std::string& at = ticket.text(name);
        if (!at.empty() && at < created && (moved || !is_unchanged(before, ticket, name)))
            throw Error(
                Fault::refused, "out_of_range",
                fmt::format("{}: {} is before the ticket was created, {}", name, at, created),
                ticket.id == 0 ? "created_at=… in the same command"
                               : fmt::format("crm ticket edit {} created_at=…", ticket.short_id()));
    }
    if (!moved)
        return;
    for (const store::RowCells& event : ticket.rows[ticket.field("events").first]) {
        const auto* at = std::get_if<std::string>(&event[0]);
        if (at != nullptr && *at < created)
            throw Error(Fault::refused, "out_of_range",
                        fmt::format("created_at: {} is after what happened at {}", created, *at),
                        "created_at=" + *at);
    }
}

namespace {

/// When a ticket came to its status: what a file says of the past, else now.
Instant status_time(RuleContext& context, const Record* before, const Record& ticket,
                    Instant last) {
    const std::string& status = ticket.text("status");
    if (is_closed(status))
        return instant_of(ticket, "closed_at", last);
    const bool is_past = before == nullptr && (context.imported || context.loading);
    return is_past && status != "Pending" ? last : context.clock.now;
}

/// Where only a file says that a ticket is closed, nobody knows when.
std::string status_detail(const Record& ticket) {
    if (is_closed(ticket.text("status")) && ticket.text("closed_at").empty())
        return std::string(unknown_time);
    return ticket.text("status") == "Pending" ? ticket.text("waiting_for") : std::string();
}

void add_status_events(RuleContext& context, const Record* before, const Record& ticket,
                       std::vector<Event>& events) {
    const std::string& status = ticket.text("status");
    const std::string was = status_after(events);
    if (was == status)
        return;
    const std::int64_t user = store::user_number(ticket.entity->model(), context.user);
    const Instant at =
        std::max(status_time(context, before, ticket, events.back().at), events.back().at);
    if (is_closed(was) && !is_closed(status))
        events.push_back({at, "Reopened", {}, user});
    else if (status == "New")
        events.push_back({at, "Unassigned", {}, user});
    if (status != "New")
        events.push_back({at, status, status_detail(ticket), user});
}

/// A ticket that somebody has answered has the event, at the time that it says.
void add_first_answer(const Record* before, const Record& ticket, std::vector<Event>& events) {
    const auto at = iso_instant(ticket.text("first_response_at"));
    const auto first = std::ranges::find(events, "Answer", &Event::what);
    if (!at)
        return;
    if (first == events.end())
        return insert_event(events, {std::max(*at, events.front().at), "Answer", {}, 0});
    if (before == nullptr || before->text("first_response_at").empty() ||
        before->text("first_response_at") == ticket.text("first_response_at"))
        return;
    Event moved = *first;
    moved.at = std::max(*at, events.front().at);
    events.erase(first);
    insert_event(events, std::move(moved));
}

/// The last closing is when closed_at says.
void move_closing(const Record* before, const Record& ticket, std::vector<Event>& events) {
    const auto at = iso_instant(ticket.text("closed_at"));
    if (!at || before == nullptr || !is_closed(ticket.text("status")) ||
        before->text("closed_at") == ticket.text("closed_at"))
        return;
    const auto last = std::find_if(events.rbegin(), events.rend(),
                                   [](const Event& event) { return is_closed(event.what); });
    if (last == events.rend() || (last->at == *at && last->detail.empty()))
        return;
    Event moved = *last;
    moved.detail.clear();
    moved.at = std::max(*at, events.front().at);
    events.erase(std::next(last).base());
    insert_event(events, std::move(moved));
}

}  // namespace

void record_events(RuleContext& context, const Record* before, Record& ticket) {
    const std::vector<Event> had = events_of(ticket);
    std::vector<Event> events = had;
    const Instant created = instant_of(ticket, "created_at", context.clock.now);
    if (events.empty() || events.front().what != "Created")
        events.insert(
            events.begin(),
            {created,
             "Created",
             {},
             context.loading ? 0 : store::user_number(ticket.entity->model(), context.user)});
    events.front().at = created;
    add_first_answer(before, ticket, events);
    add_status_events(context, before, ticket, events);
    move_closing(before, ticket, events);
    if (events != had)
        put_events(ticket, events);
    put_waiting_since(ticket, events);
}

void record_changes(RuleContext& context, const Record* before, Record& ticket) {
    const FieldInfo& answered = ticket.field("first_response_at");
    if (before != nullptr && !context.relinked) {
        for (const auto& [name, what] :
             {std::pair{"priority", "Priority"}, std::pair{"sla", "SLA"}})
            if (const FieldInfo& field = ticket.field(name);
                !std::ranges::equal(before->of(field), ticket.of(field)))
                add_event(context, ticket, what, change_text(context, *before, ticket, field));
        const FieldInfo& owner = ticket.field("owner");
        const bool same_status = before->text("status") == ticket.text("status");
        if (same_status && ticket.text("status") == "Assigned" && ticket.number(owner) != 0 &&
            ticket.number(owner) != before->number(owner))
            add_event(context, ticket, "Assigned", change_text(context, *before, ticket, owner));
    }
    const std::vector<Event> events = events_of(ticket);
    const auto first = std::ranges::find(events, "Answer", &Event::what);
    if (first != events.end() && ticket.text(answered).empty())
        ticket.put(answered, {Value(first->at.iso())});
    put_minutes(ticket, events);
    put_waiting_since(ticket, events);
}

}  // namespace crm::service
