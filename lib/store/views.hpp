#pragma once

#include "store/store.hpp"

#include <string>

namespace crm::store {

/// The views for people who write SQL, and empty tables for nouns without records, as statements
/// for another program that opens the file. They are temporary: the file is not changed.
std::string views_as_sql(Store& store);

}  // namespace crm::store
