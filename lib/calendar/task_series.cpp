#include "calendar/task_series.hpp"

#include "sql/expression.hpp"
#include "store/store.hpp"
#include "time/calendar.hpp"
#include "time/describe.hpp"
#include "time/recurrence.hpp"
#include "time/seconds.hpp"

#include <fmt/format.h>

#include <charconv>

namespace crm::calendar {

using meta::Entity;
using meta::FieldInfo;
using store::Record;
using store::Store;

namespace {

/// Midnight of a day, of the clock on the wall.
std::int64_t wall_of(Date day) {
    return day.days * day_seconds;
}

Date day_of(std::int64_t wall) {
    return {static_cast<std::int32_t>(wall / day_seconds - (wall % day_seconds < 0))};
}

/// 1w, 3bd as it is stored.
Offset offset_of(std::string_view text) {
    Offset out;
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), out.count);
    const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
    out.unit = unit == "bd"   ? Unit::business_day
               : unit == "w"  ? Unit::week
               : unit == "mo" ? Unit::month
               : unit == "q"  ? Unit::quarter
               : unit == "y"  ? Unit::year
                              : Unit::day;
    return out;
}

/// The day from which a series counts: that of its first task.
Date anchor_of(Store& store, const Record& task, Date own) {
    const std::int64_t first = task.number("series");
    if (first == 0)
        return own;
    const auto record = store.find(*task.entity, first);
    const auto day = record ? iso_date(record->text("occurrence")) : std::nullopt;
    return day.value_or(own);
}

/// The first instance after `own` and after `today`. The first task counts as one, also on a day
/// that the rule does not have.
std::optional<Date> instance_after(Recurrence rule, Date anchor, Date own, Date today) {
    if (rule.count) {
        const auto first = Occurrences(rule, wall_of(anchor), true).next();
        if ((!first || day_of(*first) != anchor) && --*rule.count == 0)
            return {};
    }
    Occurrences instances(rule, wall_of(anchor), true);
    const Date after = std::max(own, today);
    instances.skip_to(wall_of({after.days + 1}));
    const auto next = instances.next();
    return next ? std::optional(day_of(*next)) : std::nullopt;
}

std::optional<Date> due_of(const Record& task) {
    return iso_date(task.text("due"));
}

Date occurrence_day(const Record& task) {
    const auto day = iso_date(task.text("occurrence"));
    return day ? *day : due_of(task).value_or(Date{});
}

/// The day of the next task; nothing where the recurrence has no more.
std::optional<Date> next_day(Store& store, const Record& task, const Recurrence& rule,
                             const Clock& local) {
    if (!rule.after.empty())
        return shifted(local.today(), offset_of(rule.after));
    const Date own = occurrence_day(task);
    return instance_after(rule, anchor_of(store, task, own), own, local.today());
}

/// As far before or after the new day as it was before or after the old one, by the clock on the
/// wall.
std::string moved_reminder(const Record& task, Date next, const Clock& local) {
    const auto at = iso_instant(task.text("reminder"));
    const auto due = due_of(task);
    if (!at || !due)
        return {};
    const std::int64_t wall = at->seconds + local.offset(*at);
    const Date day = day_of(wall);
    return local.at({next.days + day.days - due->days}, static_cast<int>(wall - wall_of(day)))
        .iso();
}

Record copy_of(const Record& task, Date next, const Clock& local) {
    Record out(*task.entity);
    for (const std::string_view name :
         {"subject", "due_time", "timezone", "priority", "about", "owner", "tags", "recurrence",
          "promised_to", "promised_in", "description"}) {
        const FieldInfo& field = task.field(name);
        const auto cells = task.of(field);
        out.put(field, std::vector<Value>(cells.begin(), cells.end()));
    }
    const std::int64_t first = task.number("series");
    out.put(task.field("series"), {Value(first == 0 ? task.id : first)});
    out.put(task.field("occurrence"), {Value(next.iso())});
    out.put(task.field("due"), {Value(next.iso())});
    if (std::string reminder = moved_reminder(task, next, local); !reminder.empty())
        out.put(task.field("reminder"), {Value(std::move(reminder))});
    return out;
}

/// Whether a task of the series stands for the day or a later one.
bool has_later(Store& store, std::int64_t series, std::string_view occurrence) {
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT 1 FROM "task" WHERE "series" = ?1 AND "occurrence" > ?2 AND {})", sql::live()));
    return get.with(series, occurrence).step();
}

bool is_open(const Record& task) {
    const std::string& status = task.text("status");
    return status != "Completed" && status != "Canceled";
}

}  // namespace

Clock clock_of(Store& store, const Record& record, const Clock& clock) {
    Clock out = clock;
    const FieldInfo* own = record.entity->find("timezone");
    if (own != nullptr && !record.text(*own).empty()) {
        out.zone = record.text(*own);
        return out;
    }
    const std::int64_t owner = record.number("owner");
    if (owner == 0)
        return out;
    const Entity& users = store.model().with(meta::Role::user);
    if (const auto user = store.find(users, owner); user && !user->text("timezone").empty())
        out.zone = user->text("timezone");
    return out;
}

Following following_task(Store& store, const Record& task, const Clock& clock) {
    Following out;
    const std::string& recurrence = task.text("recurrence");
    const auto rule = read_recurrence(recurrence);
    if (recurrence.empty() || !rule || !due_of(task))
        return out;
    const Clock local = clock_of(store, task, clock);
    const std::int64_t first = task.number("series");
    if (has_later(store, first == 0 ? task.id : first, occurrence_day(task).iso()))
        return out;
    const auto day = next_day(store, task, *rule, local);
    if (day)
        out.task = copy_of(task, *day, local);
    else
        out.ended = true;
    return out;
}

std::optional<Record> open_successor(Store& store, const Record& task) {
    const std::int64_t first = task.number("series");
    sql::Statement get = store.db().prepare(fmt::format(
        R"(SELECT "id" FROM "task" WHERE "series" = ?1 AND "occurrence" > ?2 AND {} ORDER BY "id")",
        sql::live()));
    const std::string occurrence = occurrence_day(task).iso();
    get.with(first == 0 ? task.id : first, occurrence);
    while (get.step())
        if (auto next = store.find(*task.entity, get.integer(0)); next && is_open(*next))
            return next;
    return {};
}

Skipped skip_task(store::Writer& writer, const Record& task, const Clock& clock) {
    if (task.text("recurrence").empty())
        throw Error(Fault::refused, "not_recurring",
                    fmt::format("{} {} does not repeat", task.short_id(), task.label()),
                    fmt::format("crm task edit {} status=Canceled", task.short_id()));
    if (!is_open(task))
        throw Error(Fault::refused, "not_open",
                    fmt::format("{} {} is {}", task.short_id(), task.label(), task.text("status")),
                    "crm task list is:open");
    Skipped out{task, {}};
    out.task.put(task.field("status"), {Value(std::string("Canceled"))});
    writer.change(task, out.task);
    Following next = following_task(writer.store(), out.task, clock);
    if (next.task) {
        writer.add(*next.task);
        out.next = std::move(next.task);
    }
    return out;
}

std::string recurrence_line(Store& store, const Record& record, const Clock& clock) {
    const FieldInfo* field = record.entity->find("recurrence");
    const auto rule = field == nullptr ? Expected<Recurrence>(std::unexpect, Error())
                                       : read_recurrence(record.text(*field));
    if (!rule || record.entity->noun != "task" || !due_of(record))
        return {};
    std::string out = recurrence_words(record.text(*field));
    if (!rule->after.empty())
        return out;
    const Date own = occurrence_day(record);
    const Clock local = clock_of(store, record, clock);
    const auto next = instance_after(*rule, anchor_of(store, record, own), own, local.today());
    return next ? fmt::format("{}, next {}", out, with_weekday(*next)) : out;
}

}  // namespace crm::calendar
