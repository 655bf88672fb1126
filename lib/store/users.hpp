#pragma once

#include <string>
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

}  // namespace crm::store
