#pragma once

#include "store/rule.hpp"

#include <span>

namespace crm::knowledge {

/// The rules of articles, programmes and feedback. With `four_eyes`, articles are published by
/// others than who wrote them.
std::span<const store::Rule> rules(bool four_eyes);

}  // namespace crm::knowledge
