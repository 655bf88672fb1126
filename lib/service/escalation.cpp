#include "service/escalation.hpp"

#include "base/text.hpp"
#include "sql/expression.hpp"
#include "time/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace crm::service {

using store::Record;

namespace {

constexpr std::int64_t minute = 60;

std::unexpected<Error> wrong(std::string_view text) {
    return failure(Fault::usage, "invalid_value",
                   fmt::format("'{}' is not a point in time of a target", text::clipped(text, 40)),
                   "50%, breach, breach-1h or breach+2h");
}

/// What the event says: for which due time the rule has acted.
std::string detail_of(const EscalationRule& rule, const TicketClock& clock) {
    return fmt::format("{}: {} due {}", rule.name, name_of(clock.name),
                       clock.due ? clock.due->iso() : "later");
}

const TicketClock* clock_of(const TicketTimes& times, ClockName name) {
    const auto found = std::ranges::find(times.clocks, name, &TicketClock::name);
    return found == times.clocks.end() ? nullptr : &*found;
}

bool has_acted(const std::vector<Event>& events, const std::string& detail) {
    return std::ranges::any_of(events, [&](const Event& event) {
        return event.what == "Escalated" && event.detail == detail;
    });
}

bool is_due(const TicketTimes& times, const EscalationRule& rule, const Record& ticket,
            Instant now) {
    const TicketClock* clock = clock_of(times, rule.on);
    if (clock == nullptr || clock->ended)
        return false;
    const auto point = reached_at(*times.time, *clock, rule.at.seconds(clock->target));
    if (!point || *point >= now || has_acted(events_of(ticket), detail_of(rule, *clock)))
        return false;
    return rule.always || times.time->used(now, {now.seconds + minute}) > 0;
}

}  // namespace

std::int64_t EscalationPoint::seconds(std::int64_t target) const {
    return percent ? target * *percent / 100 : std::max<std::int64_t>(target + offset, 0);
}

Expected<EscalationPoint> read_escalation_point(std::string_view text) {
    text = text::trimmed(text);
    EscalationPoint out;
    if (text.ends_with('%')) {
        int percent = 0;
        const char* const last = text.data() + text.size() - 1;
        const auto [end, fault] = std::from_chars(text.data(), last, percent);
        if (fault != std::errc{} || end != last || percent < 0 || percent > 1000)
            return wrong(text);
        out.percent = percent;
        return out;
    }
    constexpr std::string_view breach = "breach";
    if (!text.starts_with(breach))
        return wrong(text);
    text.remove_prefix(breach.size());
    if (text.empty())
        return out;
    const auto length = read_duration(text.substr(1));
    if ((text[0] != '+' && text[0] != '-') || !length)
        return wrong(std::string(breach) + std::string(text));
    out.offset = duration_seconds(*length) * (text[0] == '-' ? -1 : 1);
    return out;
}

std::vector<DueEscalation> due_escalations(store::Store& store, ServiceLevels& levels,
                                           const std::vector<EscalationRule>& rules, Instant now) {
    std::set<std::int64_t> tickets;
    for (const EscalationRule& rule : rules)
        tickets.insert(rule.tickets.begin(), rule.tickets.end());
    std::vector<DueEscalation> out;
    for (const std::int64_t id : tickets) {
        const Record ticket = store.get(store.model().get("ticket"), id);
        const TicketTimes times = times_of(levels, ticket, now);
        for (std::size_t i = 0; i < rules.size(); ++i)
            if (rules[i].tickets.contains(id) && is_due(times, rules[i], ticket, now))
                out.push_back({i, id});
    }
    return out;
}

void record_escalation(Record& ticket, ServiceLevels& levels, const EscalationRule& rule,
                       Instant now, const std::string& user) {
    const TicketTimes times = times_of(levels, ticket, now);
    const TicketClock* clock = clock_of(times, rule.on);
    add_event(ticket, now, "Escalated", clock == nullptr ? rule.name : detail_of(rule, *clock),
              user);
}

std::vector<std::int64_t> tickets_to_resume(store::Store& store, Date today) {
    std::vector<std::int64_t> out;
    if (!store.db().has_table("ticket"))
        return out;
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT "id" FROM "ticket"
           WHERE "pending_until" <= ?1 AND "status" = 'Pending' AND {} ORDER BY "id")",
        sql::live()));
    const std::string day = today.iso();
    for (get.with(day); get.step();)
        out.push_back(get.integer(0));
    return out;
}

void resume(Record& ticket) {
    const meta::FieldInfo &status = *ticket.entity->find("status"),
                          &owner = *ticket.entity->find("owner");
    ticket.put(status, {Value(ticket.number(owner) != 0 ? "Assigned" : "New")});
    ticket.given.push_back(&status);
}

}  // namespace crm::service
