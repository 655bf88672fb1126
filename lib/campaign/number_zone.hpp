#pragma once

#include <string_view>

namespace crm::campaign {

/// The time zone of a telephone number: that of its country where the country has one. `country`:
/// where numbers without + are dialled. Empty where the zone is not known.
std::string_view zone_of_number(std::string_view number, std::string_view country);

}  // namespace crm::campaign
