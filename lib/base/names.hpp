#pragma once

#include <string>
#include <string_view>

/// When two names may be one person's or one company's.
namespace crm {

/// The words of a name in alphabetical order: equal for "Ada Lovelace" and "Lovelace, Ada".
std::string name_key(std::string_view name);

/// Whether two names contradict each other. They do not where the words of one are among the
/// other's, an initial standing for any word that begins with it ("J. Smith", "John F. Smith") and
/// words of four letters and more being the same with one slip of the keyboard, or where one is
/// empty.
bool names_differ(std::string_view a, std::string_view b);
/// Whether two names that are both known have no word in common: one person may change a family
/// name, hardly the whole.
bool names_foreign(std::string_view a, std::string_view b);

}  // namespace crm
