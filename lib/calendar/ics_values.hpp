#pragma once

#include "form/ics.hpp"

#include <optional>
#include <string>
#include <string_view>

/// What the words of iCalendar are in the fields of meetings and tasks, and the way back.
namespace crm::calendar {

/// X-CRM-…: what iCalendar has no property for.
inline constexpr std::string_view own_status = "X-CRM-STATUS", own_role = "X-CRM-ROLE",
                                  own_recurrence = "X-CRM-RECURRENCE";
/// A part of an event that has no field (a VALARM that sends mail), as the text of one property.
inline constexpr std::string_view own_component = "X-CRM-COMPONENT";
/// The prefix of a reference that is the UID of another program.
inline constexpr std::string_view uid_prefix = "ics:";
/// When an attendee answered last: ADDRESS is whose. It is for imports only, not written out.
inline constexpr std::string_view reply_mark = "X-CRM-REPLY";
/// Which version of a meeting an address was invited to; not written out either.
inline constexpr std::string_view invited_mark = "X-CRM-INVITED";
/// Behind the UID, where it is of one occurrence whose series is not in the database.
inline constexpr std::string_view occurrence_mark = "#occurrence=";
/// Before the uid of a record: the time to call back is an event of its own.
inline constexpr std::string_view callback_mark = "callback-";

/// STATUS of an event or a task, and the status of a meeting or task.
std::string_view status_word(bool task, std::string_view status);
std::string status_of(bool task, std::string_view word);

/// PRIORITY 1 to 9, and Urgent, High, Normal, Low.
std::string_view priority_word(std::string_view priority);
std::string priority_of(std::string_view word);

/// PARTSTAT and the response of an attendee.
std::string_view partstat(std::string_view response);
std::string response_of(std::string_view partstat);

/// ROLE and the role of an attendee; empty for a role in one's own words.
std::string_view role_word(std::string_view role);
std::string role_of(std::string_view word);

/// The e-mail address of a mailto: URI, or of a bare address; empty for other URIs.
std::string address_of(std::string_view uri);

/// How long before the beginning an alarm rings, as a duration of a field (15min). Nothing for
/// alarms of other kinds: at the end, after the beginning, at a date.
std::optional<std::string> reminder_of(const form::Component& alarm);
std::string trigger_of(std::string_view duration);

}  // namespace crm::calendar
