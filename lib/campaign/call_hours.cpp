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

std::vector<std::string> zones_of_callee(const store::Record& who, std::string_view number) {
    if (const meta::FieldInfo* zone = who.entity->find("timezone"))
        if (const std::string& own = who.text(*zone); !own.empty())
            return {own};
    const NumberZones zones = zones_of_number(number, who.entity->model().country());
    if (zones.west.empty())
        return {};
    if (zones.is_one())
        return {std::string(zones.west)};
    return {std::string(zones.west), std::string(zones.east)};
}

CallHours::CallHours(store::Store& store, const store::Record& list, const Clock& clock)
    : hours_(hours_of_list(store, list, clock)), own_zone_(hours_.zone()) {}

BusinessHours& CallHours::in_zone(const std::string& zone) {
    const auto it = zones_.try_emplace(zone, hours_).first;
    if (!zone.empty())
        it->second.set_zone(zone);
    return it->second;
}

std::optional<Instant> CallHours::first_in(const std::string& zone, Instant at) {
    const BusinessHours& hours = in_zone(zone);
    const Date today = Clock{at, hours.zone()}.today();
    for (int i = 0; i <= days_ahead; ++i)
        for (const Interval& open : hours.intervals(Date{today.days + i}))
            if (open.to > at)
                return std::max(at, open.from);
    return {};
}

std::optional<Instant> CallHours::first_in_all(const std::vector<std::string>& zones, Instant at) {
    const std::int64_t end = at.seconds + std::int64_t{days_ahead} * 86400;
    Instant from = at;
    for (std::size_t agree = 0; agree < zones.size();)
        for (const std::string& zone : zones) {
            const auto open = first_in(zone, from);
            if (!open || open->seconds > end)
                return {};
            agree = *open == from ? agree + 1 : 1;
            from = *open;
            if (agree == zones.size())
                break;
        }
    return from;
}

std::optional<Instant> CallHours::first_from(const std::vector<std::string>& zones, Instant at) {
    const auto [known, is_new] = first_.try_emplace({zones, at.seconds});
    if (is_new)
        known->second = first_in_all(zones, at);
    return known->second;
}

}  // namespace crm::campaign
