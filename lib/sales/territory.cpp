#include "sales/territory.hpp"

#include "base/error.hpp"
#include "meta/type.hpp"
#include "sql/expression.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

namespace crm::sales {

using store::Record;

namespace {

std::vector<Territory> all_territories(store::Store& store) {
    sql::Statement get = store.db().prepare(fmt::format(
        R"(
        SELECT "id", "parent", "name", "rule"
        FROM "territory"
        WHERE {})",
        sql::live()));
    std::vector<Territory> out;
    while (get.step())
        out.push_back({.id = get.integer(0),
                       .parent = get.integer(1),
                       .name = std::string(get.text(2)),
                       .rule = std::string(get.text(3))});
    return out;
}

}  // namespace

TerritoryTree::TerritoryTree(store::Store& store) : TerritoryTree(all_territories(store)) {}

TerritoryTree::TerritoryTree(std::vector<Territory> territories) {
    for (Territory& territory : territories)
        all_.emplace(territory.id, std::move(territory));
}

const Territory* TerritoryTree::find(std::int64_t id) const {
    const auto it = all_.find(id);
    return it == all_.end() ? nullptr : &it->second;
}

EffectiveRule TerritoryTree::effective_rule(const Territory& territory) const {
    EffectiveRule effective;
    std::set<std::int64_t> seen;  // an old database may have a circle of parents
    const Territory* at = &territory;
    while (at != nullptr && seen.insert(at->id).second) {
        ++effective.depth;
        if (!at->rule.empty())
            effective.query += fmt::format("{}({})", effective.query.empty() ? "" : " ", at->rule);
        at = find(at->parent);
    }
    if (territory.rule.empty())
        effective.query.clear();
    return effective;
}

TerritoryAssignment::TerritoryAssignment(store::Store& store, const RecordQuery& find)
    : entity_(store.model().get("territory")), tree_(store) {
    const meta::Entity& accounts = store.model().get("account");
    for (const auto& [id, territory] : tree_.all()) {
        const EffectiveRule rule = tree_.effective_rule(territory);
        if (rule.query.empty())
            continue;
        try {
            for (const std::int64_t account : find(accounts, {rule.query})) {
                Deepest& deepest = deepest_[account];
                if (rule.depth > deepest.depth)
                    deepest = {.depth = rule.depth, .territories = {}};
                if (rule.depth == deepest.depth)
                    deepest.territories.push_back(id);
            }
        } catch (Error& e) {
            e.message = fmt::format("the rule of {} {}: {}", meta::short_id(entity_, id),
                                    territory.name, e.message);
            throw;
        }
    }
}

TerritoryAssignment::Place TerritoryAssignment::place(const Record& account) const {
    const std::int64_t now = territory_of(account);
    if (const Territory* territory = tree_.find(now);
        territory != nullptr && territory->rule.empty())
        return {.territory = now, .candidates = {}};
    const auto it = deepest_.find(account.id);
    if (it == deepest_.end())
        return {};
    const auto& territories = it->second.territories;
    if (territories.size() == 1)
        return {.territory = territories.front(), .candidates = {}};
    Place conflict;
    for (const std::int64_t territory : territories)
        conflict.candidates.push_back(name(territory));
    return conflict;
}

std::string TerritoryAssignment::name(std::int64_t territory) const {
    if (territory == 0)
        return "none";
    const Territory* known = tree_.find(territory);
    return known == nullptr ? meta::short_id(entity_, territory) : known->name;
}

std::int64_t territory_of(const Record& account) {
    return account.number(*account.entity->find("territory"));
}

void put_territory(Record& account, std::int64_t territory) {
    account.put(*account.entity->find("territory"), {territory == 0 ? Value() : Value(territory)});
}

}  // namespace crm::sales
