#pragma once

#include "store/store.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace crm::sales {

/// Stages that deals are in and that are not configured, each with the number of its deals.
std::vector<std::pair<std::string, std::int64_t>> unknown_stages(store::Store& store);

}  // namespace crm::sales
