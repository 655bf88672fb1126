#pragma once

#include "store/rule.hpp"

#include <span>

namespace crm::store {

/// The rules of every noun: required fields, times in order, circles of links, values that no two
/// records may share; and what a record that declares a field must say.
std::span<const Rule> rules();

}  // namespace crm::store
