#pragma once

#include "store/rule.hpp"

#include <span>

namespace crm::mail {

/// The rules of mail: what is on its way is not changed, and what a loaded database had queued is
/// held.
std::span<const store::Rule> rules();

}  // namespace crm::mail
