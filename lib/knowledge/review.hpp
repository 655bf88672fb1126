#pragma once

#include "store/resolve.hpp"
#include "time/date.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Publishing and reviewing articles.
namespace crm::knowledge {

/// An article that somebody should look at.
struct ReviewItem {
    store::Found article;
    std::string title, status, review_on;
    std::int64_t owner = 0;
    std::int64_t reused = 0, helpful = 0, unhelpful = 0;
    std::vector<std::string> reasons;  ///< due, unused, contradicted, owner gone
};

/// Those that are not archived and due (review_on has come), unused (published for 90 days without
/// a use), contradicted (more votes against than for it, at least three in all) or whose owner is
/// gone. Those due come first, the longest due before the others.
std::vector<ReviewItem> review_list(store::Store& store, const Clock& clock);

/// Who acts, and when.
struct Reviewer {
    std::string today;  ///< a day
    std::string user;   ///< as OperationInfo has it
};

/// The article is still right: it was reviewed today, and is due again on that day.
void confirm(store::Record& article, const Reviewer& reviewer, std::string_view next);

/// Draft or In Review to Published; one that is published stays as it is. Throws refused for an
/// archived one.
void publish(store::Record& article);

}  // namespace crm::knowledge
