#pragma once

#include "store/resolve.hpp"
#include "time/date.hpp"
#include "value/clusters.hpp"

namespace crm::value {

/// Fields of the accounts, or of the contacts, that a query finds. Throws usage for a field that is
/// not there or has no numbers.
FigureTable figures_of_store(store::Resolver& resolver, const Clock& clock, bool of_contacts,
                             const std::string& where, const std::vector<std::string>& names);

}  // namespace crm::value
