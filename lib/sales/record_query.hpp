#pragma once

#include "meta/entity.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace crm::sales {

/// Ids of the records of a noun that the words of a query find. The caller supplies it, because
/// only the caller knows who asks and what time it is. Throws Error usage for a wrong query.
using RecordQuery = std::function<std::vector<std::int64_t>(const meta::Entity& noun,
                                                            const std::vector<std::string>& words)>;

}  // namespace crm::sales
