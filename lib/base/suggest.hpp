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

}  // namespace crm
