#pragma once

#include "store/store.hpp"
#include "time/date.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Meetings, calls, visits and tasks as iCalendar (RFC 5545).
namespace crm::calendar {

/// Whether the records of a noun are components of a calendar.
bool has_component(const meta::Entity& entity);

/// What a component of a calendar is of.
struct CalendarEntry {
    store::Record record;
    /// Of a call, or of a member of a call list: the time to call back, and not that of the call.
    bool is_callback = false;
};

/// Records as one calendar, in the order of start and UID, with the time zones that they need. What
/// an import kept of other programs is in it again. The same records give the same bytes.
std::string calendar_of(store::Store& store, const Clock& clock,
                        const std::vector<CalendarEntry>& entries, std::string_view method = {});
/// A call that has nothing but a time to call back is that.
std::string calendar_of(store::Store& store, const Clock& clock, std::vector<store::Record> records,
                        std::string_view method = {});

/// The UID that other programs know a record by: that of the file it came from, else its own. A
/// changed occurrence has that of its series.
std::string ics_uid(store::Store& store, const store::Record& record);

}  // namespace crm::calendar
