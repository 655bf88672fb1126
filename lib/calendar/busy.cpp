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
    BusyReader(Store& store, const Clock& clock, const Interval& within,
               const std::vector<Found>& among)
        : store_(store), clock_(clock), within_(within), among_(among) {
        // A whole day ends a day after its last, and clocks differ by up to a day.
        from_ = Instant{std::max<std::int64_t>(within.from.seconds - 2 * day_seconds,
                                               Date::of(1, 1, 1).days * day_seconds)}
                    .iso();
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
    bool has_records(std::string_view noun) {
        const auto nouns = store_.nouns();
        return std::ranges::any_of(nouns, [&](const Entity* e) { return e->noun == noun; });
    }

    std::vector<Record> records(std::string_view noun, std::string_view condition) {
        std::vector<Record> out;
        if (!has_records(noun))
            return out;
        const Entity& entity = store_.model().get(noun);
        sql::Statement get = store_.db().prepare(
            fmt::format(R"(SELECT "id" FROM {} WHERE {} AND ({}) ORDER BY "id")", sql::quoted(noun),
                        sql::live(), condition));
        get.with(from_, to_);
        std::vector<std::int64_t> ids;
        while (get.step())
            ids.push_back(get.integer(0));
        for (const std::int64_t id : ids)
            if (auto record = store_.find(entity, id))
                out.push_back(std::move(*record));
        return out;
    }

    /// Occurrences that are records of their own, by the series.
    std::map<std::int64_t, std::vector<std::string>> changed_occurrences() {
        std::map<std::int64_t, std::vector<std::string>> out;
        sql::Statement get = store_.db().prepare(fmt::format(
            R"(SELECT "series", "occurrence" FROM "meeting" WHERE "series" IS NOT NULL AND {})",
            sql::live()));
        while (get.step())
            out[get.integer(0)].emplace_back(get.text(1));
        return out;
    }

    void meetings() {
        auto found = records(
            "meeting",
            R"("status" <> 'Not Held' AND "start" < ?2 AND ("recurrence" IS NOT NULL OR coalesce("end", "start") >= ?1))");
        if (found.empty())
            return;
        const auto changed = changed_occurrences();
        for (Record& meeting : found) {
            const auto own = changed.find(meeting.id);
            auto people = people_of(meeting);
            if (!concerns(people))
                continue;
            const auto times =
                times_of(meeting, within_, clock_,
                         own == changed.end() ? std::vector<std::string>() : own->second);
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
    std::string from_, to_;
    std::vector<BusyTime> out_;
};

bool overlap(const MeetingTime& a, const MeetingTime& b) {
    return a.start < b.end && b.start < a.end;
}

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

std::vector<std::string> changed_occurrences(Store& store, std::int64_t series) {
    std::vector<std::string> out;
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT "occurrence" FROM "meeting" WHERE "series" = ?1 AND {})", sql::live()));
    get.with(series);
    while (get.step())
        out.emplace_back(get.text(0));
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
    const bool series = !record.text("recurrence").empty();
    return times_of(record, {*start, {start->seconds + two_years}}, clock,
                    series ? changed_occurrences(store, record.id) : std::vector<std::string>());
}

std::vector<Found> people_of_record(const Record& record) {
    if (record.entity->noun != "visit")
        return people_of(record);
    std::vector<Found> people;
    add_person(people, linked(record, "engineer"));
    return people;
}

bool is_occurrence_of(const Record& record, const Found& series) {
    return series.id != 0 && record.entity == series.entity &&
           series.entity->find("series") != nullptr && record.number("series") == series.id;
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
    const Found self{meeting.entity, meeting.id};
    Instant last = own.front().end;
    for (const MeetingTime& time : own)
        last = std::max(last, time.end);
    std::size_t first = 0;  // of the own times that may still overlap
    for (BusyTime& other : busy_times(store, clock, {own.front().start, last}, people)) {
        if (other.record == self || is_occurrence_of(*other.whole, self))
            continue;
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
