#pragma once

#include "store/rule.hpp"

#include <span>

namespace crm::segment {

/// The rules of segments and views: their queries are valid, and no segment contains itself.
std::span<const store::Rule> rules();

}  // namespace crm::segment
