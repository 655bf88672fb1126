#pragma once

#include "calendar/meeting_series.hpp"
#include "store/resolve.hpp"
#include "store/rule.hpp"
#include "store/store.hpp"

#include <optional>
#include <string_view>

/// Changes of meetings and of single occurrences of a series.
namespace crm::calendar {

/// What a command for one day of a meeting is about: the meeting itself, or the occurrence of a
/// series on that day. Throws not_found where it has none. Without a day: the whole.
struct MeetingPart {
    store::Record meeting;
    std::optional<MeetingTime> occurrence;  ///< of a series
};
MeetingPart part_of(store::Store& store, const store::Record& meeting, std::optional<Date> day,
                    const Clock& clock);

/// The occurrence as a record of its own, not added yet.
store::Record split_off(const store::Record& series, const MeetingTime& occurrence);

/// Moves a meeting or a whole series to another start; it keeps its length.
void move_to(store::Record& meeting, Instant start, const Clock& clock);

/// Where a change moves a series, its exceptions and additions move along.
void shift_exceptions(const store::Record& before, store::Record& series, const Clock& clock);
/// The same of its changed occurrences: they stand for the days that they stood for.
void shift_occurrences(store::RuleContext& context, const store::Record& before,
                       const store::Record& series);

/// The times of a meeting as it is itself.
std::optional<MeetingTime> own_time(const store::Record& meeting, const Clock& clock);

/// Sets the answer of an attendee. Throws not_found where the person is none.
void respond(store::Record& meeting, const store::Found& person, std::string_view response);

}  // namespace crm::calendar
