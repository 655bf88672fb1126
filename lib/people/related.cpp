#include "people/related.hpp"

#include "query/lower.hpp"
#include "sql/expression.hpp"
#include "store/query_context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace crm::people {
namespace {

using meta::Entity;

/// These come first, the others follow.
constexpr std::string_view first[] = {"contact",  "ticket",  "task", "deal", "quote", "order",
                                      "contract", "meeting", "call", "mail", "note"};

constexpr std::string_view links_to_record = R"(
SELECT t."id", count(*) OVER ()
FROM {noun} t
WHERE {live} AND ({links})
ORDER BY CASE WHEN {open} THEN 0 ELSE 1 END, t."id" DESC
LIMIT {most})";

/// What `is:open` means for a noun; never true for one that has no such word.
query::Condition open_condition(store::Resolver& resolver, const Clock& clock,
                                const Entity& entity) {
    query::Condition none;
    none.sql = "1 = 0";
    const bool can_be_open =
        std::ranges::find(entity.is(), "open", &meta::Is::word) != entity.is().end();
    if (!can_be_open)
        return none;
    const std::vector<std::string> words{"is:open"};
    auto condition =
        query::compile(words, entity, store::query_context(resolver, clock, words), "t");
    if (!condition)
        throw condition.error();
    return condition->sql.empty() ? none : std::move(*condition);
}

Related related_of(store::Resolver& resolver, const Clock& clock, const Entity& entity,
                   const store::Found& record, int most) {
    Related out{.entity = &entity, .ids = {}, .count = 0};
    const query::Condition open = open_condition(resolver, clock, entity);
    const std::string id = fmt::format("?{}", open.binds.size() + 1);
    const std::string links = store::links_to(entity, *record.entity, "t", id);
    if (links.empty())
        return out;
    sql::Statement get = resolver.store().db().prepare(fmt::format(
        links_to_record, fmt::arg("noun", sql::quoted(entity.noun)),
        fmt::arg("live", sql::live("t")), fmt::arg("links", links), fmt::arg("open", open.sql),
        fmt::arg("most", most < 0 ? INT64_MAX : std::int64_t{most})));
    int at = 0;
    for (const Value& bind : open.binds)
        get.bind(++at, View(bind));
    get.bind(++at, record.id);
    while (get.step()) {
        out.ids.push_back(get.integer(0));
        out.count = get.integer(1);
    }
    return out;
}

}  // namespace

std::vector<const Entity*> related_order(std::vector<const Entity*> nouns) {
    std::ranges::stable_sort(nouns, {}, [](const Entity* entity) {
        return std::ranges::find(first, entity->noun) - std::begin(first);
    });
    return nouns;
}

std::vector<Related> related_records(store::Resolver& resolver, const Clock& clock,
                                     const store::Found& record, int most) {
    std::vector<Related> out;
    for (const Entity* noun : related_order(resolver.store().nouns()))
        if (Related some = related_of(resolver, clock, *noun, record, most); some.count > 0)
            out.push_back(std::move(some));
    return out;
}

}  // namespace crm::people
