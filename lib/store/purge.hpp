#pragma once

#include "store/store.hpp"

#include <cstdint>

/// Removing records for good: what else in the database belongs to them or names them.
namespace crm::store {

/// Links to the record are emptied, rows that a link to it identifies are removed.
void clear_links_to(Store& store, const meta::Entity& entity, std::int64_t id);

/// The history keeps that the record was there, not what it said; rows of imported files that were
/// about it are forgotten.
void forget(Store& store, const meta::Entity& entity, std::int64_t id);

}  // namespace crm::store
