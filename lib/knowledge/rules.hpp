#pragma once

#include "store/rule.hpp"

#include <span>

namespace crm::knowledge {

/// The rules of articles.
std::span<const store::Rule> rules();

}  // namespace crm::knowledge
