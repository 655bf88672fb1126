#pragma once

#include <string>

#include "store/record.hpp"

namespace crm::store {

/// Fills in what follows from a change, whoever makes it: a deal that comes to a stage has that stage's probability, and the
/// time and day at which it was won or lost. `before` is null for an addition. `now` is an instant, `today` a day where the
/// user is; of deals that were `imported` the day that the file tells counts, and no other. Undo does not come by here.
void follow_rules(const Record* before, Record& after, const std::string& now, const std::string& today, bool imported);

}  // namespace crm::store
