#pragma once

#include "show/writer.hpp"

#include <string>
#include <vector>

namespace crm::show {

/// The columns that a format has where nobody names others: an address book's of mutt, an entry's
/// of a calendar; empty where it has none of its own. Throws usage where the noun has no place in a
/// calendar.
std::vector<std::string> format_columns(Format format, const meta::Entity& entity);

}  // namespace crm::show
