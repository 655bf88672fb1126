#pragma once

#include "knowledge/experts.hpp"

#include <string>
#include <vector>

/// What nobody has written down.
namespace crm::knowledge {

struct Gap {
    bool is_search = false;  ///< recorded by kb miss; else tickets that are about one thing
    std::string words;
    std::string product{};
    std::int64_t tickets = 0, misses = 0, accounts = 0;
    std::int64_t minutes = 0;  ///< that answers took
    Instant last;
    std::vector<std::string> experts{};  ///< who solved them, the best first, at most three
};

/// Closed tickets without an article, in groups of three and more: of one product, with three of
/// their five rarest words in common, directly or through others. Then searches that found nothing,
/// by their words. Those that are largest first. `period`: when they were closed or recorded.
std::vector<Gap> gaps(store::Store& store, const Clock& clock, const DateSpan& period);

}  // namespace crm::knowledge
