#include "campaign/call_hours.hpp"

#include "calendar/working_hours.hpp"
#include "campaign/number_zone.hpp"

#include <algorithm>

namespace crm::campaign {
namespace {

constexpr int days_ahead = 366;

BusinessHours hours_of_list(store::Store& store, const store::Record& list, const Clock& clock) {
    std::optional<store::Record> calendar;
    if (const std::int64_t own = list.number("calendar"))
        calendar = store.find(store.model().get("calendar"), own);
    if (!calendar || !calendar->deleted_at.empty())
        calendar = calendar::default_calendar(store);
    return calendar ? calendar::read_hours(*calendar, clock.zone)
                    : BusinessHours::usual(clock.zone);
}

}  // namespace

std::string zone_of_callee(const store::Record& who, std::string_view number) {
    if (const meta::FieldInfo* zone = who.entity->find("timezone"))
        if (const std::string& own = who.text(*zone); !own.empty())
            return own;
    return std::string(zone_of_number(number, who.entity->model().country()));
}

CallHours::CallHours(store::Store& store, const store::Record& list, const Clock& clock)
    : hours_(hours_of_list(store, list, clock)), own_zone_(hours_.zone()) {}

BusinessHours& CallHours::in_zone(const std::string& zone) {
    const auto it = zones_.try_emplace(zone, hours_).first;
    if (!zone.empty())
        it->second.set_zone(zone);
    return it->second;
}

std::optional<Instant> CallHours::first_from(const std::string& zone, Instant at) {
    const BusinessHours& hours = in_zone(zone);
    const Date today = Clock{at, hours.zone()}.today();
    for (int i = 0; i <= days_ahead; ++i)
        for (const Interval& open : hours.intervals(Date{today.days + i}))
            if (open.to > at)
                return std::max(at, open.from);
    return {};
}

}  // namespace crm::campaign
