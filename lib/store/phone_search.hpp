#pragma once

#include "store/store.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace crm::store {

/// Whether a field of the record has the number, in any notation.
bool has_phone(const Record& record, std::string_view number);

/// The live records of a noun that have the number, in any notation; none for less than seven
/// digits.
std::vector<std::int64_t> with_phone(Store& store, const meta::Entity& entity,
                                     std::string_view number);

}  // namespace crm::store
