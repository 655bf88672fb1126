#include "store/query_context.hpp"

#include "base/text.hpp"
#include "query/lower.hpp"
#include "sql/expression.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::store {
namespace {

std::vector<std::string> texts(Store& store, std::string_view sql) {
    std::vector<std::string> out;
    sql::Statement all = store.db().prepare(sql);
    while (all.step())
        for (int i = 0; i < all.columns(); ++i)
            if (!all.null(i))
                out.emplace_back(all.text(i));
    return out;
}

constexpr std::string_view all_tags = R"(SELECT "name" FROM "tag")";

constexpr std::string_view all_users = R"(
SELECT "login", "name", "email"
FROM "user"
WHERE "undone" IS NULL)";

std::string all_logins() {
    return fmt::format(R"(
SELECT coalesce("login", "name", "email")
FROM "user"
WHERE {}
ORDER BY "id")",
                       sql::live());
}

std::string all_segments() {
    return fmt::format(R"(
SELECT "name"
FROM "segment"
WHERE {}
ORDER BY "name")",
                       sql::live());
}

/// Who asks is looked up only for a query that may refer to them.
bool mentions_me(const std::vector<std::string>& words) {
    return std::ranges::any_of(words, [](const std::string& word) {
        return word.find("me") != std::string::npos || word.find("mine") != std::string::npos ||
               word.find('@') != std::string::npos;
    });
}

std::optional<query::Segment> segment_query(Store& store, std::string_view name) {
    const auto record = segment_named(store, name);
    if (!record)
        return {};
    const meta::Entity& entity = *record->entity;
    const std::string noun = record->text(*entity.find("noun"));
    const std::string& query = record->text(*entity.find("query"));
    // The records of a frozen segment know that they are in it. Its query must not be used instead,
    // and an empty query would find everything.
    const bool frozen = !record->rows[entity.find("frozen")->first].empty();
    if (query.empty() || frozen)
        return query::Segment{noun, "in_segment:" + record->short_id()};
    return query::Segment{noun, query};
}

}  // namespace

std::optional<Record> segment_named(Store& store, std::string_view name) {
    const meta::Entity& entity = store.model().with(meta::Role::segment);
    const auto ids = store.look_up(meta::Lookup::name, text::folded(name), entity);
    return ids.empty() ? std::nullopt : store.find(entity, ids.front());
}

query::Context query_context(Resolver& resolver, const Clock& clock,
                             const std::vector<std::string>& words) {
    Store& store = resolver.store();
    return {.model = store.model(),
            .clock = clock,
            .dialect = &store.db().dialect(),
            .me = mentions_me(words) ? resolver.me() : std::nullopt,
            .currency = store.currency(),
            .segment = [&store](std::string_view name) { return segment_query(store, name); },
            .segments = [&store] { return texts(store, all_segments()); },
            .users = [&store] { return texts(store, all_users); },
            .logins = [&store] { return texts(store, all_logins()); },
            .tags = [&store] { return texts(store, all_tags); },
            .exists = [&store](const meta::Entity& entity,
                               std::int64_t id) { return store.exists(entity, id); },
            .trash = false};
}

Selection select(Resolver& resolver, const Clock& clock, const meta::Entity& entity,
                 const std::vector<std::string>& query, bool trash) {
    query::Context context = query_context(resolver, clock, query);
    context.trash = trash;
    auto condition = query::compile(query, entity, context, "t");
    if (!condition)
        throw condition.error();
    Selection out(resolver.store(), entity);
    out.condition = std::move(condition->sql);
    out.binds = std::move(condition->binds);
    out.trash = trash;
    return out;
}

}  // namespace crm::store
