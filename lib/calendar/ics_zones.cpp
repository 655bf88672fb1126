#include "calendar/ics_zones.hpp"

#include "base/text.hpp"
#include "form/ics_zone.hpp"
#include "time/seconds.hpp"
#include "time/zone_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace crm::calendar {

using form::Component;
using form::IcsTime;
using form::IcsZone;
using form::Property;

namespace {

constexpr std::int64_t longest_year = 366 * day_seconds;
constexpr int most_compared = 100;  ///< zones of one file

/// Etc/GMT-3 is three hours east of UTC.
std::string name_of_offset(int seconds) {
    if (seconds % hour_seconds != 0)
        return {};
    const auto hours = seconds / static_cast<int>(hour_seconds);
    std::string name =
        hours == 0 ? "UTC" : fmt::format("Etc/GMT{}{}", hours > 0 ? "-" : "+", std::abs(hours));
    return is_zone_name(name) ? name : std::string();
}

std::string offset_words(int seconds) {
    const int length = std::abs(seconds);
    return fmt::format("{}{:02}:{:02}", seconds < 0 ? '-' : '+', length / 3600, length / 60 % 60);
}

}  // namespace

IcsZones::IcsZones(const form::Calendar& file, const Clock& clock, Warn warn)
    : clock_(clock), warn_(std::move(warn)) {
    for (const Component& component : file.components)
        if (component.name == "VTIMEZONE")
            components_.try_emplace(component.text("TZID"), &component);
        else
            collect(component);
}

void IcsZones::collect(const Component& component) {
    for (const Property& property : component.properties) {
        const std::string* tzid = property.parameter("TZID");
        const auto time = tzid == nullptr ? std::nullopt : form::ics_time(property);
        if (!time)
            continue;
        const std::int64_t at = time->wall();
        const auto it = years_.try_emplace(*tzid, at, at).first;
        it->second.first = std::min(it->second.first, at);
        it->second.last = std::max(it->second.last, at);
    }
}

IcsZones::Known IcsZones::find(const std::string& tzid, long line) {
    if (is_zone_name(tzid))
        return {tzid, {}};
    if (std::string name = zone_of_other_system(tzid); !name.empty())
        return {std::move(name), {}};
    const auto component = components_.find(tzid);
    if (component == components_.end()) {
        warn_(line,
              fmt::format("the time zone '{}' is not known; its times are read in {}",
                          text::clipped(tzid, 60), clock_.zone.empty() ? "UTC" : clock_.zone));
        return {};
    }
    if (const std::string place = component->second->text("X-LIC-LOCATION"); is_zone_name(place))
        return {place, {}};
    const auto years = years_.find(tzid);
    const std::int64_t first = years == years_.end() ? clock_.now.seconds : years->second.first;
    const std::int64_t last = years == years_.end() ? first : years->second.last;
    const IcsZone zone(*component->second, {first - longest_year / 2},
                       {std::clamp(last, first, first + 10 * longest_year) + longest_year});
    if (++compared_ <= most_compared)
        if (std::string name = zone.name(clock_.zone); !name.empty())
            return {std::move(name), {}};
    const int offset = zone.offset(first);
    warn_(line, fmt::format("the time zone '{}' is like no other; its times have a fixed offset "
                            "of {}",
                            text::clipped(tzid, 60), offset_words(offset)));
    return {name_of_offset(offset), offset};
}

const IcsZones::Known& IcsZones::known(const std::string& tzid, long line) {
    const auto it = known_.find(tzid);
    return it != known_.end() ? it->second : known_.emplace(tzid, find(tzid, line)).first->second;
}

std::string IcsZones::name_of(const std::string& tzid, long line) {
    return known(tzid, line).name;
}

IcsMoment IcsZones::moment(const IcsTime& time, const Clock& clock, long line) {
    IcsMoment out;
    out.day = time.day;
    out.whole_day = time.second_of_day < 0;
    if (out.whole_day) {
        out.at = clock.at(time.day, 0);
        return out;
    }
    if (time.utc) {
        out.at = {time.wall()};
        out.zone = "UTC";
        return out;
    }
    Clock local = clock_;
    if (!time.zone.empty()) {
        const Known& known = this->known(time.zone, line);
        out.zone = known.name;
        if (known.offset) {
            out.at = {time.wall() - *known.offset};
            return out;
        }
        if (!known.name.empty())
            local.zone = known.name;
    }
    out.at = local.at(time.day, time.second_of_day);
    return out;
}

}  // namespace crm::calendar
