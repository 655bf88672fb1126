#include "service/clock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace crm::service {
namespace {

/// At least so much working time before the due time a ticket is said to be breaching.
constexpr std::int64_t least_warning = 30 * 60;

std::optional<Instant> earlier(std::optional<Instant> a, std::optional<Instant> b) {
    if (!a || !b)
        return a ? a : b;
    return std::min(*a, *b);
}

/// The events one after the other, also where somebody entered times that are not.
std::vector<Event> in_order(std::span<const Event> events) {
    std::vector<Event> out(events.begin(), events.end());
    for (std::size_t i = 1; i < out.size(); ++i)
        out[i].at = std::max(out[i].at, out[i - 1].at);
    return out;
}

/// The first instant at which the time used in the stretches that run is `seconds`. A target that
/// is reached at the moment a pause begins is due at that moment. What ended goes on in thought:
/// `open` is the stretch whose end does not count.
std::optional<Instant> reached(const WorkingTime& time, std::span<const Stretch> stretches,
                               std::int64_t seconds, const Stretch* open) {
    for (const Stretch& stretch : stretches) {
        if (!stretch.runs)
            continue;
        const auto due = time.due(stretch.from, seconds);
        if (!stretch.to || &stretch == open)
            return due;
        if (due && *due <= *stretch.to)
            return due;
        seconds -= time.used(stretch.from, *stretch.to);
    }
    return {};
}

std::int64_t used_in(const WorkingTime& time, std::span<const Stretch> stretches, Instant now) {
    std::int64_t seconds = 0;
    for (const Stretch& stretch : stretches)
        if (stretch.runs)
            seconds += time.used(stretch.from, stretch.to.value_or(now));
    return seconds;
}

/// Fills in what follows from the stretches.
void complete(const WorkingTime& time, const Terms& terms, TicketClock& clock) {
    const auto is_running = [](const Stretch& stretch) { return stretch.runs; };
    const auto last = std::find_if(clock.stretches.rbegin(), clock.stretches.rend(), is_running);
    const Stretch* open = nullptr;
    // A clock that ended while it ran keeps the due time that it had.
    if (clock.ended && !clock.paused && last != clock.stretches.rend())
        open = &*last;
    clock.due = reached(time, clock.stretches, clock.target, open);
    for (const Stretch& stretch : clock.stretches)
        if (stretch.runs && stretch.to)
            clock.used_at_end += time.used(stretch.from, *stretch.to);
    if (clock.ended || clock.paused)
        return;
    const std::int64_t warning = std::max(clock.target * terms.warn / 100, least_warning);
    const std::int64_t before = clock.target - warning;
    clock.warn_at = before > 0 ? reached(time, clock.stretches, before, nullptr)
                               : std::optional(clock.stretches.front().from);
}

TicketClock until_answer(ClockName name, std::int64_t target, Instant from,
                         std::optional<Instant> end) {
    TicketClock clock{.name = name, .target = target, .stretches = {}, .ended = end};
    clock.stretches.push_back({from, end});
    return clock;
}

bool ends_response(const Event& event) {
    return event.what == "Answer" || is_closed(event.what);
}

/// Nobody knows when the clock ended that it ended.
bool is_unknown(const Event& event) {
    return is_closed(event.what) && event.detail == unknown_time;
}

std::optional<TicketClock> response_clock(const WorkingTime& time, const Terms& terms,
                                          std::span<const Event> events) {
    if (!terms.targets.response || events.empty())
        return {};
    const auto end = std::ranges::find_if(events, ends_response);
    if (end != events.end() && is_unknown(*end))
        return {};
    TicketClock clock =
        until_answer(ClockName::response, *terms.targets.response, events.front().at,
                     end == events.end() ? std::nullopt : std::optional(end->at));
    complete(time, terms, clock);
    return clock;
}

std::optional<TicketClock> next_response_clock(const WorkingTime& time, const Terms& terms,
                                               std::span<const Event> events) {
    if (!terms.targets.next_response)
        return {};
    auto event = std::ranges::find(events, "Answer", &Event::what);
    std::optional<TicketClock> found;
    while (event != events.end()) {
        const auto asked =
            std::find_if(event, events.end(), [](const Event& e) { return e.what == "Customer"; });
        if (asked == events.end())
            break;
        event = std::find_if(asked, events.end(), ends_response);
        if (event != events.end() && is_unknown(*event))
            break;
        TicketClock clock =
            until_answer(ClockName::next_response, *terms.targets.next_response, asked->at,
                         event == events.end() ? std::nullopt : std::optional(event->at));
        complete(time, terms, clock);
        if (found)
            clock.missed_before = found->breach_at();
        found = std::move(clock);
    }
    return found;
}

/// A status in words: "Pending (waiting for: spare part)".
std::string why_of(std::string_view status, const Event& event) {
    if (event.detail.empty() || event.what != "Pending")
        return std::string(status);
    return fmt::format("{} (waiting for: {})", status, event.detail);
}

std::optional<TicketClock> resolution_clock(const WorkingTime& time, const Terms& terms,
                                            std::span<const Event> events) {
    if (!terms.targets.resolution || events.empty())
        return {};
    const auto last = std::find_if(events.rbegin(), events.rend(), [](const Event& event) {
        return !status_of(event.what).empty();
    });
    if (last != events.rend() && is_unknown(*last))
        return {};
    TicketClock clock{
        .name = ClockName::resolution, .target = *terms.targets.resolution, .stretches = {}};
    for (const Event& event : events) {
        const std::string_view status = status_of(event.what);
        if (status.empty())
            continue;
        const bool closed = is_closed(status);
        const bool runs = !closed && !terms.pauses.contains(status);
        const bool same = !clock.stretches.empty() && clock.stretches.back().runs == runs &&
                          (runs || clock.ended.has_value() == closed);
        if (same)
            continue;
        const bool was_paused = clock.paused;
        if (!clock.stretches.empty())
            clock.stretches.back().to = event.at;
        clock.ended = closed ? std::optional(event.at) : std::nullopt;
        clock.paused = closed ? was_paused : !runs;
        clock.stretches.push_back(
            {event.at, {}, runs, runs ? std::string() : why_of(status, event)});
    }
    complete(time, terms, clock);
    return clock;
}

}  // namespace

std::string_view name_of(ClockName name) {
    switch (name) {
        case ClockName::response:
            return "response";
        case ClockName::next_response:
            return "next response";
        default:
            return "resolution";
    }
}

std::string_view name_of(ClockState state) {
    switch (state) {
        case ClockState::running:
            return "Running";
        case ClockState::paused:
            return "Paused";
        case ClockState::kept:
            return "Kept";
        default:
            return "Missed";
    }
}

std::optional<Instant> TicketClock::breach_at() const {
    const bool in_time = ended && (!due || *ended <= *due);
    return earlier(missed_before, in_time ? std::nullopt : due);
}

ClockState TicketClock::state(Instant now) const {
    if (const auto breach = breach_at(); breach && now > *breach)
        return ClockState::missed;
    if (ended)
        return ClockState::kept;
    return paused ? ClockState::paused : ClockState::running;
}

std::int64_t TicketClock::used(const WorkingTime& time, Instant now) const {
    return used_in(time, stretches, now);
}

std::vector<TicketClock> clocks_of(const WorkingTime& time, const Terms& terms,
                                   std::span<const Event> events) {
    std::vector<Event> ordered;
    if (!std::ranges::is_sorted(events, {}, &Event::at)) {
        ordered = in_order(events);
        events = ordered;
    }
    std::vector<TicketClock> out;
    out.reserve(3);
    for (const auto clock : {response_clock, next_response_clock, resolution_clock})
        if (auto counted = clock(time, terms, events))
            out.push_back(std::move(*counted));
    return out;
}

std::optional<Instant> reached_at(const WorkingTime& time, const TicketClock& clock,
                                  std::int64_t seconds) {
    return reached(time, clock.stretches, seconds, nullptr);
}

DueTimes due_times(std::span<const TicketClock> clocks) {
    DueTimes out;
    std::optional<Instant> nearest;
    for (const TicketClock& clock : clocks) {
        switch (clock.name) {
            case ClockName::response:
                out.response = clock.due;
                break;
            case ClockName::next_response:
                out.next_response = clock.due;
                break;
            case ClockName::resolution:
                out.resolution = clock.due;
                if (clock.paused)
                    out.left = std::max<std::int64_t>(clock.target - clock.used_at_end, 0);
        }
        out.breach_at = earlier(out.breach_at, clock.breach_at());
        const bool runs = !clock.ended && !clock.paused;
        if (runs && clock.due && (!nearest || *clock.due < *nearest)) {
            nearest = clock.due;
            out.warn_at = clock.warn_at;
        }
    }
    return out;
}

}  // namespace crm::service
