#pragma once

#include "query/check.hpp"
#include "store/resolve.hpp"
#include "store/select.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crm::store {

/// What a query may refer to: the user who asks, the currency of the database,
/// its segments, users and tags. Borrows the resolver and the clock.
query::Context query_context(Resolver& resolver, const Clock& clock,
                             const std::vector<std::string>& words);

/// The records of a noun that a query finds; all of them where it is empty. `trash`: those in the
/// trash instead. Throws usage where the query is not valid.
Selection select(Resolver& resolver, const Clock& clock, const meta::Entity& entity,
                 const std::vector<std::string>& query, bool trash = false);

/// The segment of that name; nothing when there is none.
std::optional<Record> segment_named(Store& store, std::string_view name);

}  // namespace crm::store
