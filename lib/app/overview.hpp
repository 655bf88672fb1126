#pragma once

#include "people/overview.hpp"

#include <vector>

namespace crm::app {

/// What whoever looks at a record must know first: lines that stand above its fields.
std::vector<people::OverviewSection> warnings(const people::OverviewRequest& request);
/// What else is known of a record: the sections that its noun has, without those that are empty.
std::vector<people::OverviewSection> overview(const people::OverviewRequest& request);

}  // namespace crm::app
