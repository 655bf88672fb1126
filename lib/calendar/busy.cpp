#include "calendar/busy.hpp"

#include "sql/expression.hpp"
#include "time/describe.hpp"
#include "time/duration.hpp"
#include "time/seconds.hpp"
#include "time/time_of_day.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace crm::calendar {

using meta::Entity;
using meta::FieldInfo;
using store::Found;
using store::Record;
using store::Store;

namespace {

constexpr std::size_t most_named = 5;

void add_person(std::vector<Found>& people, const Found& person) {
    if (person.entity != nullptr && person.id != 0 &&
        std::ranges::find(people, person) == people.end())
        people.push_back(person);
}

/// Of a visit without an end as many minutes as it has, else an hour.
std::optional<MeetingTime> time_of_visit(const Record& visit) {
    const auto start = iso_instant(visit.text("start"));
    const auto end = iso_instant(visit.text("end"));
    if (!start)
        return {};
    const std::int64_t minutes = visit.number("minutes");
    const std::int64_t length = end           ? end->seconds - start->seconds
                                : minutes > 0 ? minutes * 60
                                              : hour_seconds;
    return MeetingTime{*start, {start->seconds + length}};
}

std::string label_of_visit(Store& store, const Record& visit) {
    for (const std::string_view name : {"ticket", "asset"})
        if (const Found about = linked(visit, name); about.entity != nullptr)
            return store.name(*about.entity, about.id);
    return "visit";
}

class BusyReader {
public:
    /// `instead`: a record as it is once it is written, whose own times are not asked for.
    BusyReader(Store& store, const Clock& clock, const Interval& within,
               const std::vector<Found>& among, const Record* instead = nullptr)
        : store_(store), clock_(clock), within_(within), among_(among), instead_(instead) {
        const auto so_long_before = [&](std::int64_t seconds) {
            return Instant{std::max<std::int64_t>(within.from.seconds - seconds,
                                                  Date::of(1, 1, 1).days * day_seconds)}
                .iso();
        };
        // A whole day ends a day after its last, and clocks differ by up to a day.
        from_ = so_long_before(2 * day_seconds);
        from_an_hour_ = so_long_before(hour_seconds);  // that a meeting without an end takes
        to_ = within.to.iso();
    }

    std::vector<BusyTime> read() {
        meetings();
        calls();
        visits();
        absences();
        std::ranges::sort(out_, {}, [](const BusyTime& busy) {
            return std::tuple(busy.time.start, busy.record.entity->number, busy.record.id);
        });
        return std::move(out_);
    }

private:
    /// By a condition on the times from (?1) and to (?2).
    std::vector<Record> records(std::string_view noun, std::string_view condition) {
        return records(noun, condition, {std::string_view(from_), std::string_view(to_)});
    }
    std::vector<Record> records(std::string_view noun, std::string_view condition,
                                std::initializer_list<View> values) {
        std::vector<Record> out = store_.live(store_.model().get(noun), condition, values);
        std::erase_if(out, [&](const Record& record) { return is_replaced(record); });
        return out;
    }

    bool is_replaced(const Record& record) const {
        return instead_ != nullptr && record.entity == instead_->entity &&
               record.id == instead_->id;
    }

    /// Occurrences that are records of their own, by the series.
    std::map<std::int64_t, std::vector<Instant>> changed_occurrences() {
        std::map<std::int64_t, std::vector<Instant>> out;
        const auto add = [&](std::int64_t series, std::string_view occurrence) {
            if (const auto at = iso_instant(occurrence))
                out[series].push_back(*at);
        };
        sql::Statement get = store_.db().prepare(fmt::format(
            R"(SELECT "series", "occurrence" FROM "meeting" WHERE "series" IS NOT NULL AND {})",
            sql::live()));
        while (get.step())
            add(get.integer(0), get.text(1));
        if (instead_ != nullptr && instead_->entity->noun == "meeting")
            add(instead_->number("series"), instead_->text("occurrence"));
        return out;
    }

    void meetings() {
        // What most rows fail by comes first.
        auto found = records(
            "meeting", R"("start" < ?2
            AND ("recurrence" IS NOT NULL
                OR coalesce("end", "start") >= CASE WHEN "all_day" = 1 THEN ?1 ELSE ?3 END)
            AND "status" <> 'Not Held')",
            {std::string_view(from_), std::string_view(to_), std::string_view(from_an_hour_)});
        if (found.empty())
            return;
        const auto changed = changed_occurrences();
        for (Record& meeting : found) {
            const auto own = changed.find(meeting.id);
            auto people = people_of(meeting);
            if (!concerns(people))
                continue;
            const auto times = times_of(
                meeting, within_, clock_,
                own == changed.end() ? std::span<const Instant>() : std::span(own->second));
            if (times.empty())
                continue;
            const auto whole = std::make_shared<const Record>(std::move(meeting));
            for (const MeetingTime& time : times)
                out_.push_back({{whole->entity, whole->id}, whole, whole->label(), time, people});
        }
    }

    bool concerns(const std::vector<Found>& people) const {
        return among_.empty() || std::ranges::any_of(people, [&](const Found& person) {
                   return std::ranges::find(among_, person) != among_.end();
               });
    }

    void add(const Record& record, std::string label, std::int64_t seconds,
             const std::vector<Found>& people) {
        const auto start = iso_instant(record.text("start"));
        if (!start)
            return;
        const MeetingTime time{*start, {start->seconds + seconds}};
        if (concerns(people) && time.start < within_.to && time.end > within_.from)
            out_.push_back({{record.entity, record.id},
                            std::make_shared<const Record>(record),
                            std::move(label),
                            time,
                            people});
    }

    void calls() {
        for (const Record& call :
             records("call", R"("status" = 'Planned' AND "start" >= ?1 AND "start" < ?2)")) {
            const std::string& length = call.text("duration");
            std::vector<Found> people;
            add_person(people, linked(call, "owner"));
            const Found about = linked(call, "about");
            if (about.entity != nullptr && about.entity->role == meta::Role::person)
                add_person(people, about);
            add(call, call.label(), length.empty() ? hour_seconds / 2 : duration_seconds(length),
                people);
        }
    }

    void visits() {
        constexpr std::string_view in_period = R"(coalesce("status", '') <> 'Not Held'
            AND "start" < ?2 AND coalesce("end", "start") >= ?1)";
        for (const Record& visit : records("visit", in_period)) {
            std::vector<Found> people;
            add_person(people, linked(visit, "engineer"));
            if (const auto time = time_of_visit(visit))
                add(visit, label_of_visit(store_, visit), time->end.seconds - time->start.seconds,
                    people);
        }
    }

    /// Users who are away, in whole days of theirs.
    void absences() {
        const Entity& users = store_.model().with(meta::Role::user);
        const FieldInfo* away = users.find("away");
        if (away == nullptr || !store_.db().has_table(away->table()))
            return;
        sql::Statement get = store_.db().prepare(fmt::format(
            R"(SELECT a."record", a."from", a."until" FROM {} a
               JOIN "user" u ON u."id" = a."record" WHERE {} ORDER BY a."record", a."position")",
            sql::quoted(away->table()), sql::live("u")));
        while (get.step()) {
            const Found user{&users, get.integer(0)};
            const auto from = iso_date(get.text(1));
            if (from && concerns({user}))
                add_absence(user, *from, iso_date(get.text(2)));
        }
    }

    void add_absence(const Found& user, Date from, std::optional<Date> until) {
        const auto record = std::make_shared<const Record>(store_.get(*user.entity, user.id));
        Clock there = clock_;
        if (const std::string& zone = record->text("timezone"); !zone.empty())
            there.zone = zone;
        const MeetingTime time{there.at(from, 0),
                               until ? there.at({until->days + 1}, 0) : within_.to};
        if (time.start < within_.to && time.end > within_.from)
            out_.push_back({user, record, "away", time, {user}});
    }

    Store& store_;
    const Clock& clock_;
    const Interval& within_;
    const std::vector<Found>& among_;
    const Record* instead_;
    std::string from_, from_an_hour_, to_;
    std::vector<BusyTime> out_;
};

std::string clock_time(Instant at, const Clock& clock) {
    Clock then = clock;
    then.now = at;
    return time_of_day_text(then.second_of_day());
}

bool is_midnight(Instant at, const Clock& clock) {
    Clock then = clock;
    then.now = at;
    return then.second_of_day() == 0;
}

}  // namespace

Found linked(const Record& record, std::string_view name) {
    const FieldInfo& field = *record.entity->find(name);
    const auto cells = record.of(field);
    const auto* id = std::get_if<std::int64_t>(&cells.back());
    if (id == nullptr)
        return {};
    if (field.to != nullptr)
        return {field.to, *id};
    const auto* noun = std::get_if<std::int64_t>(&cells.front());
    return {noun == nullptr ? nullptr : record.entity->model().by_number(static_cast<int>(*noun)),
            *id};
}

std::vector<Record> changed_of(Store& store, std::int64_t series) {
    return store.live(store.model().get("meeting"), R"("series" = ?1)", {series});
}

std::vector<Instant> changed_occurrences(Store& store, std::int64_t series) {
    std::vector<Instant> out;
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT "occurrence" FROM "meeting" WHERE "series" = ?1 AND {})", sql::live()));
    get.with(series);
    while (get.step())
        if (const auto at = iso_instant(get.text(0)))
            out.push_back(*at);
    return out;
}

std::vector<Found> people_of(const Record& meeting) {
    std::vector<Found> people;
    const FieldInfo& attendees = *meeting.entity->find("attendees");
    for (const store::RowCells& row : meeting.rows[attendees.first]) {
        const FieldInfo& who = attendees.rows.front();
        const FieldInfo& response = attendees.rows.back();
        const auto* noun = std::get_if<std::int64_t>(&row[who.first]);
        const auto* id = std::get_if<std::int64_t>(&row[who.first + 1]);
        if (noun == nullptr || id == nullptr ||
            row[response.first] == Value(std::string("Declined")))
            continue;
        add_person(people, {meeting.entity->model().by_number(static_cast<int>(*noun)), *id});
    }
    add_person(people, linked(meeting, "organizer"));
    add_person(people, linked(meeting, "owner"));
    return people;
}

std::vector<BusyTime> busy_times(Store& store, const Clock& clock, const Interval& within,
                                 const std::vector<Found>& among) {
    return BusyReader(store, clock, within, among).read();
}

namespace {

/// The occurrences of a series that are not its own, once it is written: where it moves, they do.
std::vector<Instant> changed_once_written(Store& store, const Record& series, const Clock& clock) {
    const auto stored =
        series.text("recurrence").empty() ? std::nullopt : store.find(*series.entity, series.id);
    if (!stored)
        return {};
    std::vector<Instant> out = changed_occurrences(store, series.id);
    if (const auto shift = shift_of_series(*stored, series, clock))
        for (Instant& at : out)
            at = shift->of(at);
    return out;
}

/// Of a series, its own occurrences of two years.
std::vector<MeetingTime> times_of_record(Store& store, const Record& record, const Clock& clock) {
    if (record.entity->noun == "visit") {
        const auto time = time_of_visit(record);
        return time ? std::vector{*time} : std::vector<MeetingTime>();
    }
    const auto start = iso_instant(record.text("start"));
    constexpr std::int64_t two_years = 731 * day_seconds;
    if (!start)
        return {};
    return times_of(record, {*start, {start->seconds + two_years}}, clock,
                    changed_once_written(store, record, clock));
}

std::vector<Found> people_of_record(const Record& record) {
    if (record.entity->noun != "visit")
        return people_of(record);
    std::vector<Found> people;
    add_person(people, linked(record, "engineer"));
    return people;
}

}  // namespace

Conflicts conflicts_of(Store& store, const Record& meeting, const Clock& clock) {
    Conflicts out;
    if (meeting.text("status") == "Not Held")
        return out;
    const std::vector<Found> people = people_of_record(meeting);
    if (people.empty())
        return out;
    const auto own = times_of_record(store, meeting, clock);
    if (own.empty())
        return out;
    Instant last = own.front().end;
    for (const MeetingTime& time : own)
        last = std::max(last, time.end);
    std::size_t first = 0;  // of the own times that may still overlap
    const Interval span{own.front().start, last};
    for (const BusyTime& other : BusyReader(store, clock, span, people, &meeting).read()) {
        while (first < own.size() && own[first].end <= other.time.start)
            ++first;
        bool meets = false;
        for (std::size_t i = first; i < own.size() && own[i].start < other.time.end && !meets; ++i)
            meets = overlap(own[i], other.time);
        if (!meets)
            continue;
        for (const Found& person : people) {
            if (std::ranges::find(other.people, person) == other.people.end())
                continue;
            if (out.first.size() < most_named)
                out.first.push_back({person, other});
            else
                ++out.more;
        }
    }
    return out;
}

std::string id_and_name(Store& store, const Found& found) {
    const std::string name = store.name(*found.entity, found.id);
    return meta::short_id(*found.entity, found.id) + (name.empty() ? "" : " " + name);
}

std::string time_line(const MeetingTime& time, const Clock& clock) {
    const Date first = clock.day(time.start);
    const Date last = clock.day({time.end.seconds - 1});
    if (is_midnight(time.start, clock) && is_midnight(time.end, clock) && time.start < time.end)
        return with_weekday(first) + (last == first ? "" : " - " + with_weekday(last));
    const std::string from = with_weekday(first) + " " + clock_time(time.start, clock);
    const bool one_day = clock.day(time.end) == first;
    return from + "-" + (one_day ? "" : with_weekday(clock.day(time.end)) + " ") +
           clock_time(time.end, clock);
}

std::string own_line(Store& store, const Record& record, const Clock& clock) {
    const auto own = times_of_record(store, record, clock);
    return fmt::format(
        "{}{} {}", record.id == 0 ? "" : record.short_id() + " ",
        record.entity->noun == "visit" ? label_of_visit(store, record) : record.label(),
        own.empty() ? "" : time_line(own.front(), clock));
}

std::string conflict_line(Store& store, const Conflict& conflict, const Clock& clock) {
    if (conflict.other.record == conflict.person) {
        Clock there = clock;  // whole days where the user is
        if (const std::string& zone = conflict.other.whole->text("timezone"); !zone.empty())
            there.zone = zone;
        return fmt::format("{} is away {}", id_and_name(store, conflict.person),
                           time_line(conflict.other.time, there));
    }
    return fmt::format("{} is in {} {} {}", id_and_name(store, conflict.person),
                       meta::short_id(*conflict.other.record.entity, conflict.other.record.id),
                       conflict.other.label, time_line(conflict.other.time, clock));
}

}  // namespace crm::calendar
