#pragma once

#include "store/rule.hpp"

#include <span>

namespace crm::app {

/// The rules of all rooms, in the order in which they are asked: those of every noun last, so that
/// they see what the others have completed. With `four_eyes`, articles are published by others than
/// who wrote them.
std::span<const store::Rule> rules(bool four_eyes = false);

}  // namespace crm::app
