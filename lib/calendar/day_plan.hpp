#pragma once

#include "calendar/meeting_series.hpp"
#include "calendar/whose.hpp"
#include "store/store.hpp"

#include <string>
#include <vector>

namespace crm::calendar {

/// Something with a place in a calendar.
struct PlanItem {
    std::string id;  ///< of the record; of an occurrence that was not changed, of the series
    std::string noun;
    std::string what;        ///< meeting, call, call back, visit, task
    std::string start, end;  ///< days, or dates and times in the zone of the clock; may be empty
    std::string name;
    std::string with;  ///< names, separated by ", "
    std::string location;
    std::string status;
    bool all_day = false;
    bool conflict = false;  ///< somebody has something else at that time
};

/// Meetings (all occurrences of series), planned calls, calls to return, visits and open tasks of
/// the days from `first` to `last`, by time; what has no time comes first on its day.
std::vector<PlanItem> day_plan(store::Store& store, const Clock& clock, Date first, Date last,
                               const Whose& whose);

}  // namespace crm::calendar
