#pragma once

#include "report/result.hpp"

#include <string>
#include <string_view>

/// Figures as a person reads them.
namespace crm::show {

/// A cell for a person: 1,200.00, 63.1 %, 30 Nov 2026, Nov 2026. A group without a value is "none".
std::string figure_text(const report::Column& column, std::string_view exact);

/// Whether a text names a span of the calendar: 2026, 2026-Q4, 2026-11, 2026-W48, 2026-11-30;
/// from 1900 to 2199.
bool is_time(std::string_view text);

}  // namespace crm::show
