#pragma once

#include "store/record.hpp"

#include <string>
#include <string_view>

/// What happens to leads: assigned, postponed, disqualified or converted.
namespace crm::sales {

inline constexpr std::string_view new_status = "New", assigned_status = "Assigned",
                                  converted_status = "Converted", recycled_status = "Recycled",
                                  dead_status = "Dead";

std::string status_of(const store::Record& lead);
void put_status(store::Record& lead, std::string_view status);
/// Throws refused where the lead was converted already.
void require_not_converted(const store::Record& lead);
/// A lead that is not followed up any more, with the reason.
void disqualify(store::Record& lead, const std::string& reason);

}  // namespace crm::sales
