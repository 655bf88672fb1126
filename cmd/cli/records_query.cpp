#include "base/text.hpp"
#include "cmd/cli/records.hpp"

/// What the words of a query may speak of.
namespace crm::cmd {

using meta::Entity;

namespace {

std::vector<std::string> known_tags(store::Store& store) {
    std::vector<std::string> tags;
    sql::Statement all = store.db().prepare("SELECT \"name\" FROM \"tag\"");
    while (all.step())
        tags.emplace_back(all.text(0));
    return tags;
}

std::vector<std::string> known_users(store::Store& store) {
    std::vector<std::string> names;
    sql::Statement all =
        store.db().prepare(R"(SELECT "login", "name", "email" FROM "user" WHERE "undone" IS NULL)");
    while (all.step())
        for (int i = 0; i < 3; ++i)
            if (!all.null(i))
                names.emplace_back(all.text(i));
    return names;
}

/// Who asks is looked up only for a query that may speak of them.
bool mentions_me(const std::vector<std::string>& words) {
    return std::ranges::any_of(words, [](const std::string& word) {
        return word.find("me") != std::string::npos || word.find("mine") != std::string::npos ||
               word.find('@') != std::string::npos;
    });
}

std::vector<std::string> known_segments(store::Store& store) {
    std::vector<std::string> names;
    sql::Statement all = store.db().prepare(
        "SELECT \"name\" FROM \"segment\" WHERE \"deleted_at\" IS NULL ORDER BY \"name\"");
    while (all.step())
        names.emplace_back(all.text(0));
    return names;
}

}  // namespace

std::optional<store::Record> segment_named(store::Store& store, std::string_view name) {
    const Entity& entity = store.model().get("segment");
    const auto ids = store.look_up(meta::Lookup::name, text::folded(name), entity);
    return ids.empty() ? std::nullopt : store.find(entity, ids.front());
}

query::Context query_context(Session& session, const std::vector<std::string>& words) {
    return {
        .model = session.model(),
        .clock = session.env.clock,
        .me = mentions_me(words) ? session.resolver().me() : std::nullopt,
        .currency = session.store().currency(),
        .segment = [&store =
                        session.store()](std::string_view name) -> std::optional<query::Segment> {
            const auto record = segment_named(store, name);
            if (!record)
                return {};
            const Entity& entity = *record->entity;
            const std::string noun = record->text(*entity.find("noun"));
            // A list that was fixed names its records, and they know of it: none, when all of them
            // are gone. Nothing is everything.
            const std::string& query = record->text(*entity.find("query"));
            if (query.empty() || !record->rows[entity.find("frozen")->first].empty())
                return query::Segment{noun, "in_segment:" + record->short_id()};
            return query::Segment{noun, query};
        },
        .segments = [&store = session.store()] { return known_segments(store); },
        .users = [&store = session.store()] { return known_users(store); },
        .tags = [&store = session.store()] { return known_tags(store); },
        .exists = [&store = session.store()](const Entity& entity,
                                             std::int64_t id) { return store.exists(entity, id); },
        .trash = false};
}

}  // namespace crm::cmd
