#include "calendar/feed.hpp"

#include "calendar/busy.hpp"
#include "calendar/day_plan.hpp"
#include "calendar/ics_write.hpp"

#include <set>
#include <utility>
#include <vector>

namespace crm::calendar {

using store::Found;
using store::Record;
using store::Store;

namespace {

/// Records, and whether it is their time to call back.
using Entries = std::set<std::pair<Found, bool>>;

/// A meeting with what belongs to its series.
void add_meeting(Store& store, const Record& meeting, Entries& out) {
    const Found series = linked(meeting, "series");
    const std::int64_t first = series.id != 0 ? series.id : meeting.id;
    out.insert({{meeting.entity, meeting.id}, false});
    if (series.id == 0 && meeting.text("recurrence").empty())
        return;
    if (!out.insert({{meeting.entity, first}, false}).second && series.id != 0)
        return;
    for (const Record& changed : changed_of(store, first))
        out.insert({{changed.entity, changed.id}, false});
}

}  // namespace

std::string feed(Store& store, const Clock& clock, Date first, Date last, const Whose& whose) {
    Entries found;
    for (const PlanItem& item : day_plan(store, clock, first, last, whose)) {
        const meta::Entity& entity = store.model().get(item.noun);
        const Found record{&entity, std::stoll(item.id.substr(entity.prefix.size()))};
        const bool is_callback = item.what == "call back";
        if (found.contains({record, is_callback}))
            continue;
        if (item.noun == "meeting")
            add_meeting(store, store.get(entity, record.id), found);
        else
            found.insert({record, is_callback});
    }
    if (found.empty())
        return {};
    std::vector<CalendarEntry> entries;
    for (const auto& [record, is_callback] : found)
        if (Record whole = store.get(*record.entity, record.id); whole.deleted_at.empty())
            entries.push_back({std::move(whole), is_callback});
    return calendar_of(store, clock, entries);
}

}  // namespace crm::calendar
