#pragma once

#include <string>

namespace crm::report {

/// A finite number with so many decimals. What is half in decimal notation is rounded away from
/// zero, as the engine does; there is no -0.
std::string rounded_text(double number, int digits);

}  // namespace crm::report
