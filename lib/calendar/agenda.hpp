#pragma once

#include "calendar/whose.hpp"
#include "store/resolve.hpp"
#include "time/calendar.hpp"
#include "time/date.hpp"

#include <compare>
#include <string>
#include <vector>

namespace crm::calendar {

struct AgendaItem {
    std::string when;        ///< a day, or a date and time
    std::string id;          ///< short id of the record
    std::string noun;        ///< of the record
    std::string what;        ///< what there is to do
    std::string name;        ///< of the record
    std::string about;       ///< the account, or what else it is about; may be empty
    bool begins = false;     ///< `when` is its beginning, and not the day by which it is due
    std::string uid;         ///< of the record
    std::string updated_at;  ///< of the record

    auto operator<=>(const AgendaItem&) const = default;
};

struct Agenda {
    std::vector<AgendaItem> items;      ///< by date
    std::vector<std::string> warnings;  ///< about values that could not be read
};

/// What is due on a day or before and still open, of every kind in agenda_rules.hpp.
Agenda agenda(store::Resolver& resolver, const Clock& clock, Date day, const Whose& whose);

/// Birthdays of a day alone; those of February 29th are on the 28th in other years.
std::vector<AgendaItem> birthdays(store::Resolver& resolver, const Clock& clock, Date day,
                                  const Whose& whose);
/// Open tasks whose reminder is on these days and has come.
std::vector<AgendaItem> reminders(store::Resolver& resolver, const Clock& clock, const Days& days,
                                  const Whose& whose);

}  // namespace crm::calendar
