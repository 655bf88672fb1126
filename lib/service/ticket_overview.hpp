#pragma once

#include "people/overview.hpp"

#include <vector>

namespace crm::service {

/// The clocks of a ticket: what was used of each target, and when it is due.
void add_clocks(const people::OverviewRequest& request,
                std::vector<people::OverviewSection>& sections);

}  // namespace crm::service
