#include "calendar/feed.hpp"

#include "calendar/busy.hpp"
#include "calendar/day_plan.hpp"
#include "calendar/ics_write.hpp"
#include "sql/expression.hpp"

#include <fmt/format.h>

#include <set>

namespace crm::calendar {

using store::Found;
using store::Record;
using store::Store;

namespace {

/// The changed occurrences of a series.
std::vector<std::int64_t> changed_of(Store& store, std::int64_t series) {
    std::vector<std::int64_t> out;
    sql::Statement get = store.db().prepare(
        fmt::format(R"(SELECT "id" FROM "meeting" WHERE "series" = ?1 AND {})", sql::live()));
    get.with(series);
    while (get.step())
        out.push_back(get.integer(0));
    return out;
}

/// A meeting with what belongs to its series.
void add_meeting(Store& store, const Record& meeting, std::set<Found>& out) {
    const Found series = linked(meeting, "series");
    const std::int64_t first = series.id != 0 ? series.id : meeting.id;
    out.insert({meeting.entity, meeting.id});
    if (series.id == 0 && meeting.text("recurrence").empty())
        return;
    if (!out.insert({meeting.entity, first}).second && series.id != 0)
        return;
    for (const std::int64_t id : changed_of(store, first))
        out.insert({meeting.entity, id});
}

}  // namespace

std::string feed(Store& store, const Clock& clock, Date first, Date last, const Whose& whose) {
    std::set<Found> found;
    for (const PlanItem& item : day_plan(store, clock, first, last, whose)) {
        const meta::Entity& entity = store.model().get(item.noun);
        const std::int64_t id = std::stoll(item.id.substr(entity.prefix.size()));
        if (item.what == "call back" || found.contains({&entity, id}))
            continue;
        const Record record = store.get(entity, id);
        if (item.noun == "meeting")
            add_meeting(store, record, found);
        else
            found.insert({&entity, id});
    }
    if (found.empty())
        return {};
    std::vector<Record> records;
    for (const Found& one : found) {
        Record record = store.get(*one.entity, one.id);
        if (record.deleted_at.empty())
            records.push_back(std::move(record));
    }
    return calendar_of(store, clock, std::move(records));
}

}  // namespace crm::calendar
