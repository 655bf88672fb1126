#include "calendar/meeting_change.hpp"

#include "calendar/busy.hpp"
#include "time/describe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace crm::calendar {

using meta::FieldInfo;
using store::Record;
using store::Store;

namespace {

[[noreturn]] void refuse_day(const Record& meeting, Date day) {
    throw Error(Fault::not_found, "no_occurrence",
                fmt::format("{} {} does not take place on {}", meeting.short_id(), meeting.label(),
                            with_weekday(day)),
                fmt::format("crm agenda --all --on {} lists what does", day.iso()));
}

/// The last day of a whole-day time, as a meeting keeps it; of others the end.
std::string kept_end(const MeetingTime& time, bool whole_days, const Clock& local) {
    if (!whole_days)
        return time.end.iso();
    const Date last = local.day({time.end.seconds - 1});
    return last == local.day(time.start) ? std::string() : local.at(last, 0).iso();
}

}  // namespace

MeetingPart part_of(Store& store, const Record& meeting, std::optional<Date> day,
                    const Clock& clock) {
    if (!day)
        return {meeting, {}};
    const Interval whole_day{clock.at(*day, 0), clock.at({day->days + 1}, 0)};
    const bool series = !meeting.text("recurrence").empty();
    const auto times = times_of(meeting, whole_day, clock, changed_occurrences(store, meeting.id));
    const auto first = std::ranges::find_if(
        times, [&](const MeetingTime& time) { return time.start >= whole_day.from; });
    if (first == times.end())
        refuse_day(meeting, *day);
    return {meeting, series ? std::optional(*first) : std::nullopt};
}

Record split_off(const Record& series, const MeetingTime& occurrence) {
    Record out(*series.entity);
    for (const std::string_view name :
         {"subject", "location", "status", "about", "owner", "tags", "timezone", "all_day",
          "organizer", "reminders", "description"}) {
        const FieldInfo& field = series.field(name);
        const auto cells = series.of(field);
        out.put(field, std::vector<Value>(cells.begin(), cells.end()));
    }
    const FieldInfo& attendees = series.field("attendees");
    out.rows[attendees.first] = series.rows[attendees.first];
    const bool whole_days = series.number("all_day") == 1;
    out.put_text("start", occurrence.start.iso());
    out.put_text("end", kept_end(occurrence, whole_days, meeting_clock(series, {})));
    out.put_text("occurrence", occurrence.start.iso());
    out.put(series.field("series"), {Value(series.id)});
    return out;
}

void move_to(Record& meeting, Instant start, const Clock& clock) {
    const auto before = iso_instant(meeting.text("start"));
    const auto end = iso_instant(meeting.text("end"));
    meeting.put_text("start", start.iso());
    if (!before)
        return;
    const Shift shift(*before, start, meeting_clock(meeting, clock));
    const bool whole_days = meeting.number("all_day") == 1;
    if (end)
        meeting.put_text(
            "end",
            (whole_days ? shift.of(*end) : Instant{start.seconds + end->seconds - before->seconds})
                .iso());
}

void shift_exceptions(const Record& before, Record& series, const Clock& clock) {
    const auto shift = shift_of_series(before, series, clock);
    if (!shift)
        return;
    for (const std::string_view name : {"also", "except"}) {
        if (before.text(name) != series.text(name))
            continue;  // it says by itself what it is now
        std::vector<meta::Item> items = meta::read_items(series.text(name));
        for (meta::Item& item : items)
            if (const auto at = iso_instant(item.value))
                item.value = shift->of(*at).iso();
        series.put_text(name, meta::items_text(items));
    }
}

void shift_occurrences(store::RuleContext& context, const Record& before, const Record& series) {
    const auto shift = shift_of_series(before, series, context.clock);
    if (!shift)
        return;
    for (const Record& own : changed_of(context.flushed(), series.id)) {
        Record moved = own;
        if (const auto at = iso_instant(own.text("occurrence")))
            moved.put_text("occurrence", shift->of(*at).iso());
        context.change(own, moved);
    }
}

std::optional<MeetingTime> own_time(const Record& meeting, const Clock& clock) {
    Record alone = meeting;
    alone.put_text("recurrence", "");
    return first_time(alone, clock);
}

void respond(Record& meeting, const store::Found& person, std::string_view response) {
    const FieldInfo& attendees = meeting.field("attendees");
    const FieldInfo& who = attendees.rows.front();
    for (store::RowCells& row : meeting.rows[attendees.first])
        if (row[who.first] == Value(std::int64_t{person.entity->number}) &&
            row[who.first + 1] == Value(person.id)) {
            row[attendees.rows.back().first] = std::string(response);
            return;
        }
    throw Error(Fault::not_found, "not_attending",
                fmt::format("{} is not invited to {} {}", meta::short_id(*person.entity, person.id),
                            meeting.short_id(), meeting.label()),
                fmt::format("crm meeting edit {} attendees+={}", meeting.short_id(),
                            meta::short_id(*person.entity, person.id)));
}

}  // namespace crm::calendar
