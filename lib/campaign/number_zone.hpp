#pragma once

#include <string_view>

namespace crm::campaign {

/// The time zones in which somebody with a number may be.
struct NumberZones {
    std::string_view west, east;  ///< the outermost of a country; the same where it has one zone

    bool is_one() const { return west == east; }
};

/// The time zones of a telephone number's country. `country`: where numbers without + are dialled.
/// Empty where the country is not known.
NumberZones zones_of_number(std::string_view number, std::string_view country);

}  // namespace crm::campaign
