#pragma once

#include "store/rule.hpp"

#include <span>

namespace crm::service {

/// The rules of tickets, queues and service levels.
std::span<const store::Rule> rules();

}  // namespace crm::service
