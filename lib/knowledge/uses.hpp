#pragma once

#include "store/resolve.hpp"
#include "store/rule.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What became of articles: uses and votes.
namespace crm::knowledge {

/// A row of kb.uses.
struct Use {
    Instant at;
    std::string what;         ///< Suggested, Used, Helpful, Unhelpful
    std::int64_t ticket = 0;  ///< 0: none
    store::Found by{};        ///< a person; no id: none

    /// Whether two are of one ticket or, where one has none, of one person.
    bool is_of_same(const Use& other) const;
};

std::vector<Use> uses_of(const store::Record& article);

/// Adds a use or a vote. Each ticket, or person without one, counts once: the same again changes
/// nothing and gives false; another vote of the same replaces the first. Throws refused without
/// ticket and person, and for the use of an archived article.
bool add_use(store::Record& article, const Use& use);

/// Rule of articles: one that another is merged into takes over its uses and votes; of each ticket
/// or person one use and one vote stays, the last one.
void unite_uses(store::RuleContext& context, const store::Record* before, store::Record& article);
/// Rule of tickets: each article in ticket.used has a use by the ticket, and the others have none.
void count_uses(store::RuleContext& context, const store::Record* before,
                const store::Record& ticket);

}  // namespace crm::knowledge
