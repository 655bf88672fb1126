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
    /// Held calls and meetings, and mail: of a colleague as owner or attendee, of a customer those
    /// about or with them.
    std::int64_t contact_points = 0;
};

/// By points, then ideas; colleagues who have contact points only are the last. A use of an article
/// is 1 point, a helpful vote 1 more: half of it for who wrote the first version, half in equal
/// parts for those who wrote the later ones; all of it where nobody else did. `period`: when it was
/// used, contributed or held, when the article or the idea was added.
std::vector<Credit> credits(store::Store& store, const Clock& clock, const DateSpan& period);

}  // namespace crm::knowledge
