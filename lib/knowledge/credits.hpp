#pragma once

#include "store/resolve.hpp"
#include "time/date.hpp"

#include <string>
#include <vector>

namespace crm::knowledge {

/// What somebody gave to the knowledge base.
struct Credit {
    store::Found who;  ///< a colleague or a contact
    std::string name;
    std::int64_t articles = 0;  ///< that they wrote first
    std::int64_t uses = 0, helpful = 0;
    double points = 0;
    std::int64_t ideas = 0;          ///< that were adopted
    std::int64_t contributions = 0;  ///< to programmes
};

/// By points, then ideas. A use of an article is 1 point, a helpful vote 1 more: half of it for who
/// wrote the first version, half in equal parts for those who wrote the later ones; all of it where
/// nobody else did. `period`: when it was used or contributed, when the article or the
/// idea was added.
std::vector<Credit> credits(store::Store& store, const Clock& clock, const DateSpan& period);

}  // namespace crm::knowledge
