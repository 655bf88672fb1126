#pragma once

#include "store/incoming.hpp"
#include "store/resolve.hpp"
#include "time/date.hpp"

#include <cstdint>
#include <vector>

/// The records around a record.
namespace crm::people {

/// Nouns in the order in which they are shown: people and what is open first.
std::vector<const meta::Entity*> related_order(std::vector<const meta::Entity*> nouns);

/// Records of one noun that link to a record.
struct Related {
    const meta::Entity* entity = nullptr;
    std::vector<std::int64_t> ids;  ///< what is open first, then the newest
    std::int64_t count = 0;         ///< of all, also beyond `most`
};

/// The records that link to one, at most so many of each noun, all of them where `most` is
/// negative; a noun without any is left out.
std::vector<Related> related_records(store::Resolver& resolver, const Clock& clock,
                                     const store::Found& record, int most);

}  // namespace crm::people
