#pragma once

#include "store/rule.hpp"

#include <span>

namespace crm::people {

/// What fills the consent ledger, and what follows from it when somebody is added.
std::span<const store::Rule> consent_rules();

}  // namespace crm::people
