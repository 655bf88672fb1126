#pragma once

#include "form/vcard.hpp"
#include "time/date.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// iCalendar (RFC 5545) as components with properties. What they mean is the affair of others.
namespace crm::form {

struct Component {
    std::string name;  ///< upper case: VEVENT
    long line = 0;     ///< of BEGIN
    std::vector<Property> properties;
    std::vector<Component> parts;
    std::string flaw;  ///< what is wrong with it; empty: nothing
    long flaw_line = 0;

    const Property* find(std::string_view property) const;  ///< the first of that name
    std::string text(std::string_view property) const;      ///< its value, unescaped
};

struct Calendar {
    std::vector<Component> components;  ///< of all VCALENDAR of the file, and loose ones
    std::string method;                 ///< PUBLISH, REQUEST, …; upper case
    std::string flaw;                   ///< why the rest of the file was not read
    long flaw_line = 0;
};

/// Any mix of line ends and folds, code pages, a missing END. Components may nest 32 deep, a line
/// has at most 1 MiB, a file 100,000 components. Linear in the size of the text.
Calendar read_ics(std::string_view bytes);

/// A property out of a content line; nothing where it is none.
std::optional<Property> ics_property(std::string_view line);
/// Components as one calendar with CRLF and lines folded at 75 octets (RFC 5545, 3.1, 3.4). Without
/// a method it is a file and no message.
std::string calendar_text(std::span<const Component> components, std::string_view method = {});
/// A component on lines that end with LF and are not folded.
std::string component_text(const Component& component);

/// 20261130T080000Z, in UTC.
std::string ics_instant(Instant at);
/// 20261130T090000, of the clock on the wall.
std::string ics_wall(std::int64_t wall);
/// 20261130
std::string ics_day(Date day);

/// A length of time (RFC 5545, 3.3.6) in seconds: -PT15M is -900. Nothing where it is none.
std::optional<std::int64_t> ics_duration(std::string_view text);
std::string ics_duration_text(std::int64_t seconds);

/// A day or a date and time of a property.
struct IcsTime {
    Date day;
    int second_of_day = -1;  ///< -1: a whole day
    bool utc = false;
    std::string zone;  ///< TZID, as it is written

    std::int64_t wall() const;  ///< seconds of the clock on the wall
};
/// Nothing where it is none.
std::optional<IcsTime> ics_time(const Property& property);
/// All of a property with several, such as EXDATE; of a period its start. Nothing where one of them
/// is none.
std::optional<std::vector<IcsTime>> ics_times(const Property& property);

}  // namespace crm::form
