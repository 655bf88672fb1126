#pragma once

#include "report/compile.hpp"

#include <string>

namespace crm::report {

/// The statement as people read it and other programs run it, over the views of `crm sql --views`:
/// values in their places, quotes only where a name needs them, no line over `longest_line`
/// characters unless it has a longer text.
std::string as_script(const Statement& statement);

inline constexpr std::size_t longest_line = 120;

}  // namespace crm::report
