#pragma once

#include "store/record.hpp"
#include "store/store.hpp"
#include "time/business_hours.hpp"

#include <optional>

namespace crm::calendar {

/// The hours of a calendar as it is in the database. Throws what BusinessHours says of its lines.
/// `record` gets the lines in their one form. `zone` is that of a calendar without one.
BusinessHours read_hours(store::Record& record, const std::string& zone);

/// The calendar that is the default of the database; nothing where there is none.
std::optional<store::Record> default_calendar(store::Store& store);

/// When somebody works: a user by their calendar, others by the default one in their own zone;
/// without a calendar Monday to Friday from 9 to 17 o'clock.
BusinessHours hours_of(store::Store& store, const store::Record& person, const Clock& clock);

}  // namespace crm::calendar
