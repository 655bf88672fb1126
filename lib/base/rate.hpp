#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace crm {

/// Two currencies of ISO 4217, as they are kept: USD/EUR. Errors: refused, for what is none and for
/// one against itself.
Expected<std::string> read_pair(std::string_view text);
/// A rate of exchange: a decimal number above zero, up to 18 digits: 0.9, 1.0842. Errors: refused.
Expected<std::string> read_rate(std::string_view text);

}  // namespace crm
