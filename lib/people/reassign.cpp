#include "people/reassign.hpp"

#include "sql/expression.hpp"

#include <fmt/format.h>

namespace crm::people {
namespace {

constexpr std::string_view owned = R"(
SELECT "id"
FROM {noun}
WHERE "owner" = ?1 AND {live}
ORDER BY "id")";

std::vector<std::int64_t> owned_by(store::Store& store, const meta::Entity& entity,
                                   std::int64_t user) {
    sql::Statement get = store.db().prepare(fmt::format(
        owned, fmt::arg("noun", sql::quoted(entity.noun)), fmt::arg("live", sql::live())));
    std::vector<std::int64_t> ids;
    for (get.with(user); get.step();)
        ids.push_back(get.integer(0));
    return ids;
}

}  // namespace

std::vector<std::pair<const meta::Entity*, std::size_t>> reassign(store::Writer& writer,
                                                                  std::int64_t from,
                                                                  std::int64_t to,
                                                                  const meta::Entity* only) {
    store::Store& store = writer.store();
    std::vector<std::pair<const meta::Entity*, std::size_t>> out;
    for (const meta::Entity* entity : store.nouns()) {
        const meta::FieldInfo* owner = entity->find("owner");
        if (owner == nullptr || (only != nullptr && only != entity))
            continue;
        const auto ids = owned_by(store, *entity, from);
        for (const std::int64_t id : ids) {
            const store::Record before = store.get(*entity, id);
            store::Record after = before;
            after.put(*owner, {Value(to)});
            writer.change(before, after);
        }
        if (!ids.empty())
            out.emplace_back(entity, ids.size());
    }
    return out;
}

}  // namespace crm::people
