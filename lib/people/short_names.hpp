#pragma once

#include <array>
#include <cstdint>
#include <string_view>

/// Short forms: words that stand for one another in names of people (Tom, Thomas) and of companies
/// (Corp., Corporation).
namespace crm::people {

/// The groups of words that a folded word belongs to, by their numbers; 0: none, or no further.
/// Some belong to several: Alex is Alexander or Alexandra.
using NameGroups = std::array<std::uint16_t, 6>;
NameGroups name_groups(std::string_view word);

/// Whether two words are in one group.
bool share_group(const NameGroups& a, const NameGroups& b);

}  // namespace crm::people
