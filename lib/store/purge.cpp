#include "store/purge.hpp"

#include "store/incoming.hpp"

#include <fmt/format.h>

#include <string>

namespace crm::store {

using meta::Entity;
using sql::quoted;

namespace {

constexpr std::string_view next_first_value = R"(
UPDATE {noun} SET {mirror} = (
  SELECT r.{column}
  FROM {rows} r
  WHERE r."record" = {noun}."id"
  ORDER BY r."position"
  LIMIT 1)
WHERE {mirror} = ?1)";

void clear_link(sql::Connection& db, const IncomingLink& link, std::int64_t id) {
    const std::string condition = link.leads_to("?1");
    if (!link.identifies_row()) {
        std::string columns;
        for (const auto& column : link.link->columns)
            columns += (columns.empty() ? "" : ", ") + quoted(column.name) + "=NULL";
        db.prepare(fmt::format("UPDATE {} SET {} WHERE {}", link.table(), columns, condition))
            .with(id)
            .run();
        return;
    }
    db.prepare(fmt::format("DELETE FROM {} WHERE {}", link.table(), condition)).with(id).run();
    // Another row may be the first one now, which the mirror shows.
    if (link.field->mirror != nullptr)
        db.prepare(fmt::format(next_first_value, fmt::arg("noun", quoted(link.entity->noun)),
                               fmt::arg("mirror", quoted(link.field->mirror->name())),
                               fmt::arg("column", link.column()), fmt::arg("rows", link.table())))
            .with(id)
            .run();
}

}  // namespace

void clear_links_to(Store& store, const Entity& entity, std::int64_t id) {
    for (const Entity* noun : store.nouns())
        for (const IncomingLink& link : incoming_links(*noun, entity))
            clear_link(store.db(), link, id);
}

void forget(Store& store, const Entity& entity, std::int64_t id) {
    store.db()
        .prepare(R"(DELETE FROM "import_row" WHERE "noun" = ?1 AND "record" = ?2)")
        .with(entity.number, id)
        .run();
    store.db()
        .prepare(
            R"(UPDATE "change" SET "old" = NULL, "new" = NULL WHERE "noun" = ?1 AND "record" = ?2)")
        .with(entity.number, id)
        .run();
}

}  // namespace crm::store
