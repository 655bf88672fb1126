#pragma once

#include "meta/entity.hpp"
#include "people/objection.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crm::people {

/// A row of a list of addresses.
struct ListedRow {
    long line = 0;                     ///< in the file, from 1
    std::string text;                  ///< of the column
    std::vector<ContactPoint> points;  ///< empty where the text has none
};

/// Reads a list or a table (CSV, any delimiter, with a header or without) in any encoding.
/// `column`: the one that has the addresses; empty: the one that has most among those whose header
/// is known to be one of addresses (as in an import of contacts, the noun), else among all.
///
/// Throws refused for what is not text or has no address at all, such as a file in an encoding that
/// is not known, and where two columns have as many; usage where there is no such column.
std::vector<ListedRow> read_address_list(const meta::Entity& contact, std::string bytes,
                                         const std::string& file,
                                         std::optional<store::Channel> channel,
                                         std::string_view column);

}  // namespace crm::people
