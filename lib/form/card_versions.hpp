#pragma once

#include "form/vcard.hpp"

#include <vector>

/// What version 3.0 (RFC 2426) and 4.0 (RFC 6350) call differently. Within form only.
namespace crm::form {

/// Puts a card that was read into the words that it is kept in: those of 4.0, and those of 3.0 for
/// what 4.0 has not.
void normalise(std::vector<Property>& card);

/// Puts a card into the words of a version, 3 or 4. A property that only the other version has is
/// written as an extension (GENDER as X-GENDER) and comes back under its name; the label of an
/// address is a property in 3.0 and a parameter in 4.0.
void put_into_version(std::vector<Property>& card, int version);

/// Marks a property as the preferred one of its kind.
void prefer(Property& property, int version);

}  // namespace crm::form
