#pragma once

#include "store/store.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace crm::knowledge {

/// The records of a noun that meet a condition in SQL, in which ?1 is the value, in the order of
/// their ids. Those in the trash are left out.
std::vector<std::int64_t> ids_of(store::Store& store, std::string_view noun,
                                 std::string_view condition, std::int64_t value = 0);
std::vector<store::Record> records_of(store::Store& store, std::string_view noun,
                                      std::string_view condition, std::int64_t value = 0);

}  // namespace crm::knowledge
