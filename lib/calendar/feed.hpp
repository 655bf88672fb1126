#pragma once

#include "calendar/whose.hpp"
#include "store/store.hpp"
#include "time/date.hpp"

#include <string>
#include <vector>

namespace crm::calendar {

/// What is planned on the days from `first` to `last`, as a calendar other programs subscribe to:
/// series whole, with all their changed occurrences. Empty where nothing is planned.
std::string feed(store::Store& store, const Clock& clock, Date first, Date last,
                 const Whose& whose);

}  // namespace crm::calendar
