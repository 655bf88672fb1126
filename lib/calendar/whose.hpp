#pragma once

#include "store/store.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crm::calendar {

/// Whose records a list is about.
struct Whose {
    bool all = true;
    std::vector<std::int64_t> users;  ///< otherwise
    bool nobodys = false;             ///< those without a user, too
};

/// The active users of a team, in any case. Throws not_found with the nearest names.
std::vector<std::int64_t> team_members(store::Store& store, std::string_view team);

/// The same as a query for the users that a field holds; empty for all.
std::string whose_query(store::Store& store, const Whose& whose, std::string_view field);

}  // namespace crm::calendar
