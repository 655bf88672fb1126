#pragma once

#include "base/error.hpp"

#include <span>
#include <string>
#include <string_view>

namespace crm {

/// Completes an error about a word that is not one of `known`: the nearest words become its
/// candidates and its hint; where none is near, the hint is `otherwise`.
void suggest(Error& error, std::string_view word, std::span<const std::string> known,
             std::string_view otherwise = {});

/// The same where `known` are all values that are valid: where none is near, they are the
/// candidates, and the hint lists them.
void suggest_values(Error& error, std::string_view word, std::span<const std::string> known);

}  // namespace crm
