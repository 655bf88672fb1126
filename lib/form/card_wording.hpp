#pragma once

#include "form/vcard.hpp"

#include <string>
#include <string_view>

/// The wording of a card where a field does not hold all of it: parameters (LANGUAGE, SORT-AS,
/// LABEL), lists within a component of N or ADR, a name such as ROLE or X-SOCIALPROFILE. It is kept
/// in "extra" with the name of its field, and goes out again in place of the plain property as long
/// as the field has the same value. Within form only.
namespace crm::form {

/// A line of "extra" that is the wording of a field, not a property of its own.
std::string wording_line(const Property& property, std::string_view field);

/// The field of a wording, which is taken off the property; empty where it is none.
std::string take_wording_field(Property& property);

/// Whether a property of one value (TITLE, ORG) has parameters that its field does not hold.
bool has_more_parameters(const Property& property);

/// The same for EMAIL, TEL, URL and ADR, where the words of TYPE become labels.
bool has_more_than_labels(const Property& property);

/// Whether a word of TYPE is a label that says nothing in 4.0 though it did in 3.0 (dom, intl,
/// postal, parcel).
bool is_delivery_word(std::string_view type);

/// Whether a component of a structured value is a list, or there are more components than `most`.
bool has_lists(std::string_view value, std::size_t most);

}  // namespace crm::form
