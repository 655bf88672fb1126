#include "service/events.hpp"

#include "store/users.hpp"

#include <algorithm>

namespace crm::service {

using store::Record;
using store::RowCells;
using store::RuleContext;

namespace {

RowCells cells_of(const Event& event) {
    return {Value(event.at.iso()), Value(event.what),
            event.detail.empty() ? Value() : Value(event.detail),
            event.user == 0 ? Value() : Value(event.user)};
}

}  // namespace

void put_events(Record& ticket, std::span<const Event> events) {
    auto& rows = ticket.rows[ticket.field("events").first];
    rows.clear();
    for (const Event& event : events)
        rows.push_back(cells_of(event));
}

void insert_event(std::vector<Event>& events, Event event) {
    auto place = events.end();
    while (place > events.begin() + 1 && std::prev(place)->at > event.at)
        --place;
    events.insert(place, std::move(event));
}

bool is_closed(std::string_view status) {
    return status == "Closed" || status == "Rejected" || status == "Duplicate";
}

std::string_view status_of(std::string_view what) {
    if (what == "Created" || what == "Reopened" || what == "Unassigned")
        return "New";
    if (what == "Assigned" || what == "Pending" || is_closed(what))
        return what;
    return {};
}

std::vector<Event> events_of(const Record& ticket) {
    std::vector<Event> out;
    for (const RowCells& row : ticket.rows[ticket.field("events").first]) {
        const auto text = [&](std::size_t cell) {
            const auto* value = std::get_if<std::string>(&row[cell]);
            return value == nullptr ? std::string() : *value;
        };
        const auto* user = std::get_if<std::int64_t>(&row[3]);
        out.push_back({iso_instant(text(0)).value_or(Instant{}), text(1), text(2),
                       user == nullptr ? 0 : *user});
    }
    return out;
}

std::string status_after(std::span<const Event> events) {
    std::string status = "New";
    for (const Event& event : events)
        if (const std::string_view to = status_of(event.what); !to.empty())
            status = to;
    return status;
}

void add_event(Record& ticket, Instant at, std::string_view what, std::string detail,
               const std::string& user) {
    std::vector<Event> events = events_of(ticket);
    if (!events.empty())
        at = std::max(at, events.back().at);
    events.push_back({at, std::string(what), std::move(detail),
                      store::user_number(ticket.entity->model(), user)});
    put_events(ticket, events);
}

void add_event_at(Record& ticket, Instant at, std::string_view what, std::string detail,
                  const std::string& user) {
    std::vector<Event> events = events_of(ticket);
    if (events.empty())
        return add_event(ticket, at, what, std::move(detail), user);
    insert_event(events, {at, std::string(what), std::move(detail),
                          store::user_number(ticket.entity->model(), user)});
    put_events(ticket, events);
}

void add_event(RuleContext& context, Record& ticket, std::string_view what, std::string detail) {
    add_event(ticket, context.clock.now, what, std::move(detail), context.user);
}

}  // namespace crm::service
