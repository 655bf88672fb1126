#pragma once

#include "store/resolve.hpp"

#include <string_view>
#include <vector>

namespace crm::campaign {

/// Who has a telephone number, in any notation: contacts, leads, accounts, colleagues. A lead that
/// was converted is left out, since its contact has the number.
std::vector<store::Found> callers(store::Store& store, std::string_view number);

}  // namespace crm::campaign
