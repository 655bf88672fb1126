#pragma once

#include "meta/type.hpp"

#include <string>

namespace crm::sql {

/// What is wrong with the file of a database: its structure, or a column that a noun has no more.
/// Empty when nothing is. Reads all of it: for when a statement has failed that cannot fail.
std::string damage_of(const std::string& path, const meta::Model& model);

}  // namespace crm::sql
