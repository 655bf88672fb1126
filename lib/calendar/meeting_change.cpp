#include "calendar/meeting_change.hpp"

#include "calendar/busy.hpp"
#include "sql/expression.hpp"
#include "time/describe.hpp"
#include "time/seconds.hpp"

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

/// Moves times by as much as a start moves, by the clock on the wall.
class Shift {
public:
    Shift(Instant from, Instant to, Clock local)
        : local_(std::move(local)),
          by_(to.seconds + local_.offset(to) - from.seconds - local_.offset(from)) {}

    Instant of(Instant at) const {
        const std::int64_t wall = at.seconds + local_.offset(at) + by_;
        const std::int64_t day = wall / day_seconds - (wall % day_seconds < 0);
        return local_.at({static_cast<std::int32_t>(day)},
                         static_cast<int>(wall - day * day_seconds));
    }

private:
    Clock local_;
    std::int64_t by_;
};

}  // namespace

MeetingPart part_of(Store& store, const Record& meeting, std::optional<Date> day,
                    const Clock& clock) {
    if (!day)
        return {meeting, {}};
    const Interval whole_day{clock.at(*day, 0), clock.at({day->days + 1}, 0)};
    const bool series = !meeting.text("recurrence").empty();
    const auto times =
        times_of(meeting, whole_day, clock,
                 series ? changed_occurrences(store, meeting.id) : std::vector<std::string>());
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
    for (const std::string_view name : {"also", "except"}) {
        std::vector<meta::Item> items = meta::read_items(meeting.text(name));
        for (meta::Item& item : items)
            if (const auto at = iso_instant(item.value))
                item.value = shift.of(*at).iso();
        meeting.put_text(name, meta::items_text(items));
    }
}

void move_occurrences(store::Writer& writer, const Record& before, const Record& after,
                      const Clock& clock) {
    const auto from = iso_instant(before.text("start"));
    const auto to = iso_instant(after.text("start"));
    if (!from || !to || from == to || before.text("recurrence").empty())
        return;
    const Shift shift(*from, *to, meeting_clock(before, clock));
    sql::Statement get = writer.store().db().prepare(
        fmt::format(R"(SELECT "id" FROM "meeting" WHERE "series" = ?1 AND {})", sql::live()));
    get.with(before.id);
    std::vector<std::int64_t> ids;
    while (get.step())
        ids.push_back(get.integer(0));
    for (const std::int64_t id : ids) {
        const Record own = writer.get(*before.entity, id);
        const auto at = iso_instant(own.text("occurrence"));
        Record moved = own;
        if (at)
            moved.put_text("occurrence", shift.of(*at).iso());
        writer.change(own, moved);
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
