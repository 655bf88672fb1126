#pragma once

#include "store/resolve.hpp"
#include "time/date.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What depends on one person.
namespace crm::knowledge {

/// A product, an account or a keyword, and how much of the work on it is one colleague's.
struct Dependence {
    store::Found topic{};  ///< no record: a keyword
    std::string name;
    std::int64_t people = 0;  ///< who worked on it
    std::int64_t first = 0;   ///< the user with the largest share
    double first_share = 0;   ///< of the scores, as kb experts counts them
    Instant last;             ///< when the first one did something of it
};

/// Those of which one user has a share of 80 % and more, by closed tickets, won deals and published
/// articles; `link`: product or account. The largest share first.
std::vector<Dependence> dependences(store::Store& store, const Clock& clock, std::string_view link);

/// The same of the keywords of published articles: of who wrote these, and who closed tickets that
/// used them.
std::vector<Dependence> topic_dependences(store::Store& store, const Clock& clock);

/// Something that only one colleague knows or has in hand.
struct HandoverItem {
    std::string_view kind;  ///< account, promise, article, topic, deal, draft
    store::Found record;    ///< none: a keyword
    std::string name, detail;
};

/// Accounts of a user that nobody else has touched in a year, open promises, articles that nobody
/// else has written on, products and keywords of which they have a share of 80 % and more, open
/// deals and drafts.
std::vector<HandoverItem> handover(store::Store& store, const Clock& clock, std::int64_t user);

}  // namespace crm::knowledge
