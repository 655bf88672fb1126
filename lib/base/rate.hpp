#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace crm {

/// Two currencies of ISO 4217, as they are kept: USD/EUR. Errors are usage: what is none, and one
/// against itself.
Expected<std::string> read_pair(std::string_view text);
/// A rate of exchange as it is kept: 0.9, 1.0842. Read in the notations of `read_number`; a lone
/// comma before three digits has two readings. Errors: usage, for what is no number; refused, for
/// what is not above zero.
Expected<std::string> read_rate(std::string_view text);

}  // namespace crm
