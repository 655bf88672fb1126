#pragma once

#include "sql/connection.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace crm::sql {

/// The bytes of each table with its indexes, by the name of the table. Nothing where the engine
/// does not say so.
std::optional<std::map<std::string, std::int64_t>> table_sizes(Connection& connection);

}  // namespace crm::sql
