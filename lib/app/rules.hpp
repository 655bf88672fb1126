#pragma once

#include "store/rule.hpp"

#include <span>

namespace crm::app {

/// The rules of all rooms, in the order in which they are asked: those of every noun last, so that
/// they see what the others have completed.
std::span<const store::Rule> rules();

}  // namespace crm::app
