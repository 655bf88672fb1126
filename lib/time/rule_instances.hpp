#pragma once

#include "time/date.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crm {

struct RuleInstance {
    std::string text;  ///< 2026-12-07, or 2026-12-07T09:00:00+01:00
};

/// When a rule that a person typed happens, from a day or a point in time on. `limit` below zero:
/// all of a rule that has an end. Throws usage for what cannot be read and for a rule without an
/// end or limit, refused for a rule that never happens.
std::vector<RuleInstance> instances_of(std::string_view rule, std::string_view from,
                                       std::int64_t limit, const Clock& clock);

}  // namespace crm
