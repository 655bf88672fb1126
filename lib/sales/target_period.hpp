#pragma once

#include "base/error.hpp"
#include "time/date.hpp"

#include <string>
#include <string_view>

namespace crm::sales {

/// The period of a target as it is kept: 2026, 2026-Q4, 2026-11 or 2026-W41 (ISO 8601). `text` is
/// any expression for these days: 2026-q4, 'this quarter'. Errors: usage for other spans and for
/// what is no date.
Expected<std::string> read_target_period(std::string_view text, const Clock& clock);

}  // namespace crm::sales
