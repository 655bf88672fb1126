#pragma once

#include "store/store.hpp"

#include <optional>
#include <string>

/// Exchange rates are records of the noun `rate`. Which rate is valid on a day, and how amounts are
/// converted by it, is SQL in lib/sql/money.hpp (`rate`, `in_currency`).
namespace crm::sales {

/// The rate of a pair (USD/EUR) that is valid from exactly this day (ISO) on.
std::optional<store::Record> find_rate(store::Store& store, const std::string& pair,
                                       const std::string& day);

}  // namespace crm::sales
