#pragma once

#include "people/overview.hpp"

#include <vector>

namespace crm::knowledge {

/// The ideas of customers about a product: those that are open, then those that were adopted or
/// declined, with what came of them.
void add_ideas(const people::OverviewRequest& request,
               std::vector<people::OverviewSection>& sections);

}  // namespace crm::knowledge
