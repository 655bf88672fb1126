#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Names of time zones.
namespace crm {

/// Whether the system has a time zone of this IANA name: Europe/Berlin, UTC.
bool is_zone_name(std::string_view name);

/// The IANA name as the database of time zones spells it. Errors: usage, with the nearest names.
Expected<std::string> read_zone(std::string_view text);

/// The IANA name of a zone that Windows or Lotus calls so ("W. Europe Standard Time"; CLDR,
/// windowsZones.xml, territory 001), or that stands at the end of a path
/// ("/vendor.example/2024/Europe/Berlin"); empty for others.
std::string zone_of_other_system(std::string_view text);

/// All names that the system has; then one for each time zone that Windows knows, the largest city.
std::vector<std::string> zone_names();
std::vector<std::string_view> main_zone_names();

}  // namespace crm
