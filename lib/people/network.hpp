#pragma once

#include "store/store.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// Relations between contacts.
namespace crm::people {

/// Two contacts, and what the first is to the second.
struct Acquaintance {
    std::int64_t from = 0;
    std::int64_t to = 0;
    std::string relation;  ///< its role, "knows", "reports to" or "colleague at …"
};

/// The relations and lines of reporting between contacts; with `colleagues` also those who work at
/// the same company. Each pair once, ordered by the ids.
std::vector<Acquaintance> network(store::Store& store, bool colleagues);

/// Keeps those that can be reached from a contact in so many steps.
void keep_within(std::vector<Acquaintance>& all, std::int64_t start, int steps);

}  // namespace crm::people
