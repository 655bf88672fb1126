#pragma once

#include "store/rule.hpp"

#include <span>

namespace crm::people {

/// The rules of people.
std::span<const store::Rule> rules();

}  // namespace crm::people
