#pragma once

#include "store/resolve.hpp"
#include "store/writer.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace crm::campaign {

/// What became of those whom a call list was to get.
struct BuiltList {
    std::vector<store::Record> added;
    std::int64_t unchanged = 0;    ///< members already
    std::int64_t no_number = 0;    ///< left out
    std::int64_t do_not_call = 0;  ///< left out
    std::int64_t same_number = 0;  ///< left out, since another member has the number
};

/// Adds people to a call list, each number once. The members are dealt to `users` in turn.
BuiltList add_to_list(store::Writer& writer, const store::Record& list,
                      std::span<const store::Found> people, std::span<const std::int64_t> users);

}  // namespace crm::campaign
