#pragma once

#include "meta/nouns/shared.hpp"

/// Working hours.
namespace crm::meta::nouns {

inline constexpr Field calendar[] = {
    {"name", text, "name of the calendar", required | unique | searched | lookup},
    {"timezone", zone, "time zone of its hours; that of the command if empty"},
    {"hours", text, "working hours by weekday: mon-fri 08:00-12:00 13:00-17:00", many},
    {"holidays", text,
     "days off, yearly ones, parts of days, and extra working days: 2026-12-25 (Christmas), "
     "--01-01, 2026-12-24 12:00-24:00, +2026-10-10 08:00-12:00",
     many},
    {"default", boolean, "is that of everybody who has no other"},
};

inline constexpr Declaration calendar_nouns[] = {
    {"calendar", "calendars", "cl", 37, "working hours and holidays", "name",
     "id,name,timezone,hours,default", calendar},
};

}  // namespace crm::meta::nouns
