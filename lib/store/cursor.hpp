#pragma once

#include "store/store.hpp"

#include <cstdint>
#include <set>
#include <string>

/// Cursors of `segment each --entered`: which records a job has done. The table is made by the
/// first cursor.
namespace crm::store {

bool has_cursors(Store& store);
std::set<std::int64_t> cursor_of(Store& store, const std::string& name, const meta::Entity& noun);
/// Within a transaction. False when it was there already: another job was faster.
bool move_cursor(Store& store, const std::string& name, const meta::Entity& noun,
                 std::int64_t record);
/// Within a transaction: the record has left, and may enter again.
void forget(Store& store, const std::string& name, const meta::Entity& noun, std::int64_t record);

}  // namespace crm::store
