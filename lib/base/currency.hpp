#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace crm {

/// A currency as it is typed, in letters of any case: EUR. Errors are usage: what is no code of ISO
/// 4217. They have no hint, which depends on where it was typed.
Expected<std::string> read_currency(std::string_view text);

}  // namespace crm
