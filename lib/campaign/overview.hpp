#pragma once

#include "people/overview.hpp"

#include <vector>

namespace crm::campaign {

/// How far the members are: to mail, queued, sent, failed, unsure, cancelled, left out. The counts
/// add up to the number of members.
void add_progress(const people::OverviewRequest& request,
                  std::vector<people::OverviewSection>& sections);

}  // namespace crm::campaign
