#pragma once

#include "store/store.hpp"

#include <string>

namespace crm::store {

/// Copies the database to a file that does not exist yet, even while others write. The copy is
/// checked before it gets its name, so what has the name is complete. Throws io where it is damaged
/// or cannot be written.
void back_up(Store& store, const std::string& path);

}  // namespace crm::store
