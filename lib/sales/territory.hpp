#pragma once

#include "sales/record_query.hpp"
#include "store/store.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// Territories form a tree; each may have a rule, a query for the accounts in it.
namespace crm::sales {

struct Territory {
    std::int64_t id = 0, parent = 0;
    std::string name, rule;
};

/// What a territory's rule means together with the rules of the territories above it: an account
/// must match all of them.
struct EffectiveRule {
    std::size_t depth = 0;  ///< 1 for a territory without a parent
    std::string query;      ///< empty where the territory has no rule of its own
};

/// All territories, by id.
class TerritoryTree {
public:
    explicit TerritoryTree(store::Store& store);
    explicit TerritoryTree(std::vector<Territory> territories);

    const std::map<std::int64_t, Territory>& all() const { return all_; }
    const Territory* find(std::int64_t id) const;
    EffectiveRule effective_rule(const Territory& territory) const;

private:
    std::map<std::int64_t, Territory> all_;
};

/// Which territory each account belongs to.
class TerritoryAssignment {
public:
    /// Runs all rules. Throws usage where a rule is wrong.
    TerritoryAssignment(store::Store& store, const RecordQuery& find);

    struct Place {
        std::int64_t territory = 0;           ///< 0: none
        std::vector<std::string> candidates;  ///< several territories of the same depth: a conflict
    };
    /// The deepest territory whose effective rule finds the account. An account in a territory
    /// without a rule was put there by hand and stays there.
    Place place(const store::Record& account) const;
    /// The name of a territory, "none" for 0.
    std::string name(std::int64_t territory) const;

private:
    struct Deepest {
        std::size_t depth = 0;
        std::vector<std::int64_t> territories;
    };

    const meta::Entity& entity_;
    TerritoryTree tree_;
    std::map<std::int64_t, Deepest> deepest_;  ///< by account
};

std::int64_t territory_of(const store::Record& account);
void put_territory(store::Record& account, std::int64_t territory);

}  // namespace crm::sales
