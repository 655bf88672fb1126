#pragma once

#include "meta/entity.hpp"
#include "sql/dialect.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace crm::report {

/// What --by asks for, as SQL over a noun with the alias t.
struct Groups {
    std::vector<std::string> names;          ///< as they were given: owner.manager
    std::vector<std::string> keys;           ///< expressions
    std::vector<std::string> order;          ///< what sorts each of them
    std::string joins;                       ///< lines of LEFT JOIN that the keys need
    const meta::FieldInfo* first = nullptr;  ///< the field of the first group
};

/// Fields separated by commas. A path goes over links (owner.manager); a link is shown by the name
/// of its record, a date by its month, and a record counts for each value of a list. Throws usage
/// with the nearest names for a field that does not exist.
Groups read_groups(std::string_view by, const meta::Entity& entity, const sql::Dialect& dialect);

}  // namespace crm::report
