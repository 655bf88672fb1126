#pragma once

#include "form/vcard.hpp"
#include "time/date.hpp"

#include <cstddef>
#include <optional>
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

}  // namespace crm::form
