#include "time/date.hpp"
#include "time/duration.hpp"
#include "time/zone.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace crm;

namespace {
void hold(bool promise) {
    if (!promise)
        std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view s(reinterpret_cast<const char*>(data), size);
    const Clock clock{*iso_instant("2026-11-25T12:00:00Z"), "Europe/Berlin"};
    if (const auto day = read_date(s, clock))
        hold(iso_date(day->iso()) == *day);
    if (const auto at = read_instant(s, clock))
        hold(iso_instant(at->iso()) == *at);
    if (const auto span = read_dates(s, clock); span && span->first && span->last)
        hold(*span->first <= *span->last);
    for (const auto order : {DateOrder::day_first, DateOrder::month_first, DateOrder::year_first})
        if (const auto day = read_foreign_date(s, order); day && *day)
            hold(iso_date((*day)->iso()) == **day);
    if (const auto length = read_duration(s))
        hold(read_duration(*length) == *length);
    if (const auto zone = Zone::read(s))
        zone->utc(zone->offset(0));
    if (const auto rule = ZoneRule::read(s))
        rule->offset(1'800'000'000);
    return 0;
}
