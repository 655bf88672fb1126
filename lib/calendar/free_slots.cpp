#include "calendar/free_slots.hpp"

#include "calendar/busy.hpp"
#include "calendar/working_hours.hpp"

#include <algorithm>

namespace crm::calendar {

using store::Found;
using store::Store;

namespace {

/// The working time of one person in a span; what touches is one interval.
std::vector<Interval> working_time(Store& store, const Found& person, const Interval& within,
                                   const Clock& clock) {
    const auto record = store.find(*person.entity, person.id);
    const BusinessHours hours =
        record ? hours_of(store, *record, clock) : BusinessHours::usual(clock.zone);
    const Clock local{clock.now, hours.zone()};
    std::vector<Interval> out;
    for (Date day = local.day(within.from); day <= local.day(within.to); ++day.days)
        for (const Interval& found : hours.intervals(day)) {
            if (!out.empty() && out.back().to == found.from)
                out.back().to = found.to;
            else
                out.push_back(found);
        }
    return out;
}

std::vector<Interval> common(const std::vector<Interval>& a, const std::vector<Interval>& b) {
    std::vector<Interval> out;
    for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
        const Interval both{std::max(a[i].from, b[j].from), std::min(a[i].to, b[j].to)};
        if (both.from < both.to)
            out.push_back(both);
        if (a[i].to < b[j].to)
            ++i;
        else
            ++j;
    }
    return out;
}

void take_away(std::vector<Interval>& times, const MeetingTime& busy) {
    std::vector<Interval> out;
    for (const Interval& time : times) {
        if (!overlap(busy, {time.from, time.to})) {
            out.push_back(time);
            continue;
        }
        if (time.from < busy.start)
            out.push_back({time.from, busy.start});
        if (busy.end < time.to)
            out.push_back({busy.end, time.to});
    }
    times = std::move(out);
}

/// The next point of the grid, by the clock on the wall.
Instant on_grid(Instant at, std::int64_t grid, const Clock& clock) {
    const std::int64_t wall = at.seconds + clock.offset(at);
    const std::int64_t over = ((wall % grid) + grid) % grid;
    return over == 0 ? at : Instant{at.seconds + grid - over};
}

}  // namespace

std::string zone_of(Store& store, const Found& person, const Clock& clock) {
    const auto record = store.find(*person.entity, person.id);
    return record ? hours_of(store, *record, clock).zone() : clock.zone;
}

std::vector<MeetingTime> free_slots(Store& store, const std::vector<Found>& people,
                                    std::int64_t seconds, const Interval& within, std::size_t most,
                                    const Clock& clock) {
    const Interval span{std::max(within.from, clock.now), within.to};
    std::vector<MeetingTime> out;
    if (people.empty() || seconds <= 0 || span.from >= span.to)
        return out;
    std::vector<Interval> free{span};
    for (const Found& person : people)
        free = common(free, working_time(store, person, span, clock));
    for (const BusyTime& busy : busy_times(store, clock, span, people))
        take_away(free, busy.time);
    constexpr std::int64_t half_hour = 1800;
    const std::int64_t grid = seconds < half_hour ? half_hour / 2 : half_hour;
    for (const Interval& time : free)
        for (Instant at = on_grid(time.from, grid, clock);
             at.seconds + seconds <= time.to.seconds && out.size() < most;
             at = on_grid({at.seconds + seconds}, grid, clock))
            out.push_back({at, {at.seconds + seconds}});
    return out;
}

}  // namespace crm::calendar
