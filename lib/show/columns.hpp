#pragma once

#include "show/writer.hpp"

#include <string>
#include <vector>

namespace crm::show {

/// Whether the records of a noun can be written in a format, given by its word: only some nouns
/// have a place in a calendar, an address for mutt, or cards.
bool has_format(const meta::Entity& entity, std::string_view format);
/// Throws usage where they cannot.
void require_format(std::string_view format, const meta::Entity& entity);

/// The columns that a format has where nobody names others: an address book's of mutt, an entry's
/// of a calendar; empty where it has none of its own. `require_format` comes first.
std::vector<std::string> format_columns(Format format, const meta::Entity& entity);

}  // namespace crm::show
