#pragma once

#include "meta/entity.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crm::store {

class Store;

/// What a user may be called on the command line.
struct KnownUser {
    std::string login;  ///< may be empty
    std::string name;
};

/// The users that are neither deleted nor undone.
std::vector<KnownUser> known_users(Store& store);

/// The number of the user whose short id it is, as RuleContext has it; 0 for a name without a user.
std::int64_t user_number(const meta::Model& model, std::string_view user);

}  // namespace crm::store
