#pragma once

#include "people/overview.hpp"

#include <vector>

namespace crm::sales {

/// Where a deal stood how long, how long such deals still take, and what helps where it stands.
void add_stages(const people::OverviewRequest& request,
                std::vector<people::OverviewSection>& sections);

}  // namespace crm::sales
