#pragma once

#include "store/record.hpp"
#include "store/store.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace crm::people {

/// Why a number must not be called: its owner objected (the consent ledger), or `who` has
/// do_not_call set. Nothing where it may.
std::optional<std::string> objection_to_calls(store::Store& store, const store::Record& who,
                                              std::string_view number);

}  // namespace crm::people
