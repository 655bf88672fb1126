#pragma once

#include "base/error.hpp"
#include "form/headers.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crm::form {

/// Column header, target (see Spelling).
using Mapping = std::vector<std::pair<std::string, std::string>>;

/// `--map`: COLUMN=FIELD,…; a backslash before , = and \ that belong to the header.
Expected<Mapping> read_mapping(std::string_view text);

/// The target of each column of the header; null where the mapping does not have the column.
/// Error{usage, unknown_column} for a column that the header does not have.
Expected<std::vector<const std::string*>> mapped_targets(const Header& header,
                                                         const Mapping& mapping);

}  // namespace crm::form
