#pragma once

#include "calendar/meeting_series.hpp"
#include "store/resolve.hpp"
#include "store/store.hpp"

#include <string>
#include <vector>

namespace crm::calendar {

/// Times at which all people are free and at work, earliest first: within everybody's working
/// hours, without a break in between, not before now. They start on the half hour, those of less
/// than 30 minutes on the quarter, and do not overlap.
std::vector<MeetingTime> free_slots(store::Store& store, const std::vector<store::Found>& people,
                                    std::int64_t seconds, const Interval& within, std::size_t most,
                                    const Clock& clock);

/// The zone of a person; that of the clock where it is not known.
std::string zone_of(store::Store& store, const store::Found& person, const Clock& clock);

}  // namespace crm::calendar
