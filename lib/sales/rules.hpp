#pragma once

#include "store/rule.hpp"

#include <span>

namespace crm::sales {

/// The rules of deals, quotes, orders and exchange rates.
std::span<const store::Rule> rules();

}  // namespace crm::sales
