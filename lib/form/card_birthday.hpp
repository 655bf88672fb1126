#pragma once

#include "form/vcard.hpp"

#include <optional>
#include <string>
#include <string_view>

/// BDAY: days with or without a year. Within form only.
namespace crm::form {

/// 19960415, 1996-04-15, --0415, with or without a time of day, to 1996-04-15 or --04-15. Nothing
/// for what is no day.
std::optional<std::string> read_birthday(std::string_view text);

/// The day of a BDAY. The year that X-APPLE-OMIT-YEAR names is none.
std::optional<std::string> read_birthday(const Property& property);

/// Whether the property says more than its day: a time, another calendar.
bool has_more_than_day(const Property& property);

/// The property of a day as `read_birthday` gives it: 19960415 and --0415 in version 4, 1996-04-15
/// and Apple's year 1604 in version 3.
Property birthday_property(std::string_view day, int version);

}  // namespace crm::form
