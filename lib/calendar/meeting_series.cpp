#include "calendar/meeting_series.hpp"

#include "meta/type.hpp"
#include "time/recurrence.hpp"
#include "time/seconds.hpp"
#include "time/zone.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace crm::calendar {

using store::Record;

namespace {

std::vector<Instant> instants_of(const Record& record, std::string_view field) {
    std::vector<Instant> out;
    for (const meta::Item& item : meta::read_items(record.text(field)))
        if (const auto at = iso_instant(item.value))
            out.push_back(*at);
    return out;
}

/// How long it takes: of whole days their number, of others seconds.
struct Length {
    bool whole_days = false;
    std::int64_t days = 1, seconds = hour_seconds;
};

Length length_of(const Record& meeting, Instant start, const Clock& local) {
    Length out;
    out.whole_days = meeting.number(*meeting.entity->find("all_day")) == 1;
    const auto end = iso_instant(meeting.text("end"));
    if (out.whole_days)
        out.days = end ? std::max(1, local.day(*end).days - local.day(start).days + 1) : 1;
    else if (end)
        out.seconds = end->seconds - start.seconds;
    return out;
}

MeetingTime time_at(Instant start, const Length& length, const Clock& local) {
    if (!length.whole_days)
        return {start, {start.seconds + length.seconds}};
    const Date day = local.day(start);
    return {start, local.at({static_cast<std::int32_t>(day.days + length.days)}, 0)};
}

bool within_reach(const MeetingTime& time, const Interval& within) {
    return time.start < within.to &&
           (time.end > within.from || (time.start == time.end && time.start >= within.from));
}

std::int64_t longest(const Length& length) {
    return length.whole_days ? (length.days + 1) * 24 * hour_seconds
                             : length.seconds + hour_seconds;
}

}  // namespace

Clock meeting_clock(const Record& meeting, const Clock& clock) {
    Clock local = clock;
    if (const std::string& zone = meeting.text("timezone"); !zone.empty())
        local.zone = zone;
    return local;
}

Shift::Shift(Instant from, Instant to, Clock local)
    : local_(std::move(local)),
      by_(to.seconds + local_.offset(to) - from.seconds - local_.offset(from)) {}

Instant Shift::of(Instant at) const {
    const std::int64_t wall = at.seconds + local_.offset(at) + by_;
    const std::int64_t day = wall / day_seconds - (wall % day_seconds < 0);
    return local_.at({static_cast<std::int32_t>(day)}, static_cast<int>(wall - day * day_seconds));
}

std::optional<Shift> shift_of_series(const Record& before, const Record& after,
                                     const Clock& clock) {
    const auto from = iso_instant(before.text("start"));
    const auto to = iso_instant(after.text("start"));
    if (!from || !to || from == to || before.text("recurrence").empty())
        return {};
    return Shift(*from, *to, meeting_clock(before, clock));
}

std::vector<MeetingTime> times_of(const Record& meeting, const Interval& within, const Clock& clock,
                                  std::span<const Instant> changed, std::size_t most) {
    std::vector<MeetingTime> out;
    const auto start = iso_instant(meeting.text("start"));
    if (!start)
        return out;
    const Clock local = meeting_clock(meeting, clock);
    const Length length = length_of(meeting, *start, local);
    const std::string& recurrence = meeting.text("recurrence");
    const auto rule = recurrence.empty() ? Expected<Recurrence>() : read_recurrence(recurrence);
    if (recurrence.empty() || !rule) {
        if (const MeetingTime own = time_at(*start, length, local); within_reach(own, within))
            out.push_back(own);
        return out;
    }
    std::vector<Instant> left_out = instants_of(meeting, "except");
    left_out.insert(left_out.end(), changed.begin(), changed.end());
    const auto add = [&](Instant at) {
        const MeetingTime time = time_at(at, length, local);
        if (within_reach(time, within) && std::ranges::find(left_out, at) == left_out.end())
            out.push_back(time);
    };
    const Zone& in = *zone(local.zone);
    Occurrences instances(*rule, start->seconds + local.offset(*start), length.whole_days, &in);
    if (within.from.seconds > std::numeric_limits<std::int64_t>::min() / 2)
        instances.skip_to(within.from.seconds - longest(length) - 24 * hour_seconds);
    while (out.size() < most) {
        const auto wall = instances.next();
        if (!wall)
            break;
        const Instant at{in.utc(*wall)};
        if (at >= within.to)
            break;
        add(at);
    }
    for (const Instant at : instants_of(meeting, "also"))
        add(at);
    std::ranges::sort(out, {}, [](const MeetingTime& time) { return time.start; });
    out.erase(std::ranges::unique(out).begin(), out.end());
    return out;
}

std::optional<MeetingTime> first_time(const Record& meeting, const Clock& clock) {
    constexpr auto limits = std::numeric_limits<std::int64_t>{};
    const auto found = times_of(meeting, {{limits.min()}, {limits.max()}}, clock, {}, 1);
    return found.empty() ? std::nullopt : std::optional(found.front());
}

}  // namespace crm::calendar
