#include "calendar/rules.hpp"

#include "base/text.hpp"
#include "calendar/busy.hpp"
#include "calendar/meeting_change.hpp"
#include "calendar/meeting_series.hpp"
#include "calendar/task_series.hpp"
#include "calendar/working_hours.hpp"
#include "meta/type.hpp"
#include "sql/expression.hpp"
#include "store/rows.hpp"
#include "store/store.hpp"
#include "time/recurrence.hpp"
#include "time/zone_name.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::calendar {

using meta::FieldInfo;
using store::Asked;
using store::Record;
using store::Rule;
using store::RuleContext;

namespace {

bool differs(const Record* before, const Record& after, std::string_view name) {
    return before == nullptr || before->text(name) != after.text(name);
}

void check_hours(RuleContext& context, const Record*, Record& calendar) {
    const BusinessHours hours = read_hours(calendar, context.clock.zone);
    if (!hours.opens_after(context.clock.today()))
        throw Error(Fault::refused, "no_working_time",
                    "the calendar has no working minute in the next 366 days",
                    "hours='mon-fri 09:00-17:00'");
}

/// The first calendar is the default.
void choose_default(RuleContext& context, const Record* before, Record& calendar) {
    const FieldInfo& field = calendar.field("default");
    const bool unsaid = std::holds_alternative<std::monostate>(calendar.of(field).front());
    if (before == nullptr && unsaid && !default_calendar(context.flushed()))
        calendar.put(field, {Value(std::int64_t{1})});
}

/// At most one is: the one before it no longer is. One in the trash is asked again when it is
/// restored.
void keep_one_default(RuleContext& context, const Record*, const Record& calendar) {
    const FieldInfo& field = calendar.field("default");
    if (calendar.number(field) != 1 || !calendar.deleted_at.empty())
        return;
    store::Store& store = context.flushed();
    sql::Statement others = store.db().prepare(fmt::format(
        R"(SELECT "id" FROM "calendar" WHERE "default" = 1 AND "id" <> ?1 AND {})", sql::live()));
    others.with(calendar.id);
    std::vector<std::int64_t> ids;
    while (others.step())
        ids.push_back(others.integer(0));
    for (const std::int64_t id : ids) {
        const Record other = store.get(*calendar.entity, id);
        Record after = other;
        after.put(field, {Value(std::int64_t{0})});
        context.change(other, after);
    }
}

/// The parts of RFC 5545 that repeat within a day.
bool repeats_within_days(const Recurrence& rule) {
    return rule.frequency < Frequency::daily || rule.hours.size() > 1 || rule.minutes.size() > 1 ||
           rule.seconds.size() > 1;
}

[[noreturn]] void refuse_never(const Record& record) {
    throw Error(Fault::refused, "never_happens",
                fmt::format("recurrence: {} never happens", record.text("recurrence")),
                "crm date --recurrence RULE --from DAY --limit 5 shows when a rule happens");
}

/// A month without the day is left out (RFC 5545, 3.3.10), which is seldom what people want.
void warn_of_short_months(RuleContext& context, const Recurrence& rule, Date day) {
    int year;
    unsigned month, of_month;
    day.civil(year, month, of_month);
    const bool by_day_of_month = rule.frequency == Frequency::monthly && rule.weekdays.empty();
    const bool named = !rule.month_days.empty();
    const int number = named ? rule.month_days.back() : static_cast<int>(of_month);
    if (rule.after.empty() && by_day_of_month && number > 28 && !context.imported)
        context.remark(
            fmt::format("months without a {}{} are left out; recurrence='every last day' "
                        "is the end of each month",
                        number, number == 31 ? "st" : "th"));
}

/// A rule that is new or changed starts from the due of this task, as a series of its own.
void start_task_series(RuleContext&, const Record* before, Record& task) {
    const std::string& recurrence = task.text("recurrence");
    const FieldInfo& occurrence = task.field("occurrence");
    if (recurrence.empty()) {
        if (task.number("series") == 0)
            task.put(occurrence, {Value()});
        return;
    }
    const bool is_new = before == nullptr || before->text("recurrence") != recurrence;
    if (!is_new && !task.text("occurrence").empty())
        return;
    if (before == nullptr && task.number("series") != 0)
        return;  // the next of a series
    if (is_new && before != nullptr)
        task.put(task.field("series"), {Value()});
    const std::string& due = task.text("due");
    task.put(occurrence, {due.empty() ? Value() : Value(due)});
}

void check_task_recurrence(RuleContext& context, const Record* before, const Record& task) {
    const std::string& text = task.text("recurrence");
    if (text.empty() || !(differs(before, task, "recurrence") || differs(before, task, "due")))
        return;
    const auto due = iso_date(task.text("due"));
    if (!due)
        throw Error(Fault::refused, "no_start", "recurrence requires due", "due=today");
    const auto rule = read_recurrence(text);
    if (!rule)
        throw rule.error();
    if (!differs(before, task, "recurrence") || !rule->after.empty())
        return;
    if (repeats_within_days(*rule))
        throw Error(Fault::refused, "too_often", "recurrence: a task repeats daily or more slowly",
                    "recurrence=daily");
    if (!Occurrences(*rule, due->days * std::int64_t{86400}, true).next())
        refuse_never(task);
    warn_of_short_months(context, *rule, *due);
}

void keep_done_at(RuleContext& context, const Record* before, Record& task) {
    const bool done = task.text("status") == "Completed";
    const FieldInfo& done_at = task.field("done_at");
    if (!done)
        task.put(done_at, {Value()});
    else if (task.text("done_at").empty() && (before == nullptr || differs(before, task, "status")))
        task.put(done_at, {Value(context.now)});
}

/// The operation that added a record.
std::int64_t added_by(store::Store& store, const Record& record) {
    sql::Statement get = store.db().prepare(
        R"(SELECT max("operation") FROM "change" WHERE "noun" = ?1 AND "action" = 'add' AND "record" <= ?2 AND "through" >= ?2)");
    return get.with(record.entity->number, record.id).step() ? get.integer(0) : 0;
}

/// Of a series one task is open: one that was completed is opened again by taking that back.
void refuse_two_open(RuleContext& context, const Record* before, const Record& task) {
    if (before == nullptr || before->text("status") == task.text("status") ||
        before->text("status") != "Completed" || task.text("recurrence").empty() ||
        task.text("status") == "Canceled")
        return;
    store::Store& store = context.flushed();
    const auto next = open_successor(store, task);
    if (!next)
        return;
    throw Error(Fault::refused, "series_goes_on",
                fmt::format("{} {} follows it and is open", next->short_id(), next->label()),
                fmt::format("crm undo {}", added_by(store, *next)));
}

void add_following_task(RuleContext& context, const Record* before, const Record& task) {
    const bool completed = before != nullptr && task.text("status") == "Completed" &&
                           before->text("status") != "Completed" &&
                           before->text("status") != "Canceled";
    if (!completed || task.text("recurrence").empty())
        return;
    Following next = following_task(context.flushed(), task, context.clock);
    if (next.task)
        context.add(*next.task);
    if (next.ended)
        context.remark(fmt::format("{} {}: the series has ended", task.short_id(), task.label()));
}

/// Whoever was invited to a meeting is told when it changes: it is another version then.
void raise_sequence(RuleContext& context, const Record* before, Record& meeting) {
    const FieldInfo& sequence = meeting.field("sequence");
    const bool invited =
        before != nullptr && std::holds_alternative<std::int64_t>(before->of(sequence).front());
    if (!invited || context.imported || before->number(sequence) != meeting.number(sequence))
        return;
    for (const std::string_view name :
         {"start", "end", "location", "recurrence", "also", "except", "status"})
        if (differs(before, meeting, name)) {
            meeting.put(sequence, {Value(before->number(sequence) + 1)});
            return;
        }
}

/// The hours of a series stay those of a clock on the wall, so it has a zone.
void keep_meeting_zone(RuleContext& context, const Record*, Record& meeting) {
    const FieldInfo& zone = meeting.field("timezone");
    if (!meeting.text("recurrence").empty() && meeting.text(zone).empty() &&
        is_zone_name(context.clock.zone))
        meeting.put(zone, {Value(context.clock.zone)});
}

/// What is written down of a series by its instants moves with it. A file says them all.
void move_exceptions(RuleContext& context, const Record* before, Record& meeting) {
    if (before != nullptr && !context.imported)
        shift_exceptions(*before, meeting, context.clock);
}

void move_occurrences(RuleContext& context, const Record* before, const Record& meeting) {
    if (before != nullptr && !context.imported)
        shift_occurrences(context, *before, meeting);
}

void check_meeting_recurrence(RuleContext& context, const Record* before, const Record& meeting) {
    const std::string& text = meeting.text("recurrence");
    if (text.empty() ||
        !(differs(before, meeting, "recurrence") || differs(before, meeting, "start")))
        return;
    if (meeting.text("start").empty())
        throw Error(Fault::refused, "no_start", "recurrence requires start",
                    "start='tomorrow 10:00'");
    const auto rule = read_recurrence(text);
    if (!rule)
        throw rule.error();
    if (!rule->after.empty())
        throw Error(Fault::refused, "tasks_only",
                    "recurrence: 'after' is for tasks; a meeting repeats by the calendar",
                    "recurrence=weekly");
    if (!first_time(meeting, context.clock))
        refuse_never(meeting);
}

bool leads_to_record(const FieldInfo& attendees, const store::RowCells& row) {
    return !std::holds_alternative<std::monostate>(row[attendees.rows.front().cells - 1]);
}

/// The name of somebody who is in the database is that of their record.
void drop_names_of_records(RuleContext&, const Record*, Record& meeting) {
    const FieldInfo& attendees = meeting.field("attendees");
    for (store::RowCells& row : meeting.rows[attendees.first])
        if (leads_to_record(attendees, row))
            row[store::inner_field(attendees, "name").first] = Value();
}

void check_attendees(RuleContext&, const Record*, const Record& meeting) {
    const FieldInfo& attendees = meeting.field("attendees");
    for (const store::RowCells& row : meeting.rows[attendees.first])
        if (!leads_to_record(attendees, row) &&
            !store::row_text(row, store::inner_field(attendees, "email")))
            throw Error(Fault::refused, "required",
                        "attendees: an entry requires who takes part, or an address",
                        "attendees='c1; bob@example.com'");
}

/// Whether a series has all the exceptions that it had: one more takes no time.
bool keeps_exceptions(const Record& before, const Record& after) {
    const std::vector<meta::Item> now = meta::read_items(after.text("except"));
    return std::ranges::all_of(meta::read_items(before.text("except")), [&](const meta::Item& was) {
        return std::ranges::find(now, was) != now.end();
    });
}

/// Whether a change of a meeting may take time of somebody who has none.
bool meeting_may_conflict(const Record* before, const Record& after) {
    if (before == nullptr)
        return true;
    const FieldInfo& attendees = after.field("attendees");
    if (before->rows[attendees.first] != after.rows[attendees.first])
        return true;
    for (const std::string_view name :
         {"start", "end", "all_day", "recurrence", "also", "status", "owner", "organizer"})
        if (!std::ranges::equal(before->of(before->field(name)), after.of(after.field(name))))
            return true;
    return !keeps_exceptions(*before, after);
}

/// "v1 Pump leaks Thu 2026-11-26 09:00-10:00: " of a visit, which has no name of its own.
std::string prefix_of(store::Store& store, const Record& record, const Clock& clock) {
    return record.entity->noun == "visit" ? own_line(store, record, clock) + ": " : std::string();
}

[[noreturn]] void refuse(store::Store& store, const Record& record, const Conflicts& conflicts,
                         const Clock& clock) {
    std::vector<std::string> lines;
    for (const Conflict& conflict : conflicts.first)
        lines.push_back(conflict_line(store, conflict, clock));
    if (conflicts.more > 0)
        lines.push_back(fmt::format("and {} more", conflicts.more));
    const store::Found& person = conflicts.first.front().person;
    const store::Found ticket =
        record.entity->noun == "visit" ? linked(record, "ticket") : store::Found{};
    throw Error(
        Fault::refused, "busy_people", prefix_of(store, record, clock) + text::joined(lines, "; "),
        ticket.entity == nullptr
            ? fmt::format("crm meeting find {} --for 1h", meta::short_id(*person.entity, person.id))
            : fmt::format("crm visit plan {}", meta::short_id(*ticket.entity, ticket.id)));
}

/// What is still to come takes the time of its engineer.
bool visit_may_conflict(const Record* before, const Record& visit) {
    constexpr std::string_view names[] = {"start", "end", "minutes", "engineer", "status"};
    const bool same =
        before != nullptr && std::ranges::all_of(names, [&](std::string_view name) {
            return std::ranges::equal(before->of(before->field(name)), visit.of(visit.field(name)));
        });
    return !same && visit.text("status") == "Planned";
}

/// The conflicts of a meeting or a visit, where a change may have led to them.
Conflicts conflicts_after(RuleContext& context, const Record* before, const Record& record) {
    const bool may = record.entity->noun == "visit" ? visit_may_conflict(before, record)
                                                    : meeting_may_conflict(before, record);
    if (context.imported || context.relinked || !may)
        return {};
    return conflicts_of(context.flushed(), record, context.clock);
}

void refuse_busy(RuleContext& context, const Record* before, const Record& record) {
    if (!context.refuses_busy)
        return;
    const Conflicts conflicts = conflicts_after(context, before, record);
    if (!conflicts.first.empty())
        refuse(context.flushed(), record, conflicts, context.clock);
}

void warn_of_busy(RuleContext& context, const Record* before, const Record& record) {
    const Conflicts conflicts = conflicts_after(context, before, record);
    for (const Conflict& conflict : conflicts.first)
        context.remark("warning: " + prefix_of(context.flushed(), record, context.clock) +
                       conflict_line(context.flushed(), conflict, context.clock));
    if (conflicts.more > 0)
        context.remark(fmt::format("warning: {} more conflicts", conflicts.more));
}

constexpr Rule table[] = {
    {"calendar", check_hours},
    {"calendar", choose_default, nullptr, keep_one_default, Asked::changes},
    {"task", start_task_series, check_task_recurrence, nullptr, Asked::changes},
    {"task", keep_done_at, refuse_two_open, add_following_task, Asked::changes},
    {"meeting", raise_sequence, nullptr, nullptr, Asked::changes},
    {"meeting", drop_names_of_records, check_attendees, nullptr, Asked::changes},
    {"meeting", keep_meeting_zone, check_meeting_recurrence, nullptr, Asked::changes},
    {"meeting", move_exceptions, nullptr, move_occurrences, Asked::changes},
    {"meeting", nullptr, refuse_busy, warn_of_busy, Asked::changes},
    {"visit", nullptr, refuse_busy, warn_of_busy, Asked::changes},
};

}  // namespace

std::span<const Rule> rules() {
    return table;
}

}  // namespace crm::calendar
