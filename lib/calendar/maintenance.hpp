#pragma once

#include "store/store.hpp"
#include "time/date.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace crm::calendar {

/// An asset that a contract promises a visit to.
struct Maintenance {
    std::int64_t asset = 0;
    Date due;
};

/// The assets whose last held visit is longer ago than `visits_every` of a contract in force on a
/// day; without a visit that counts from the start of the contract, else from the installation. An
/// asset with a planned visit is not among them. A contract without assets is about all of its
/// account. In the order of the assets, each once.
std::vector<Maintenance> due_maintenance(store::Store& store, const Clock& clock, Date day);

}  // namespace crm::calendar
