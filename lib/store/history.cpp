#include "store/history.hpp"

#include <fmt/format.h>

namespace crm::store {
namespace {

Operation read(sql::Statement& row) {
    return {row.integer(0),
            std::string(row.text(1)),
            std::string(row.text(2)),
            std::string(row.text(3)),
            row.integer(4),
            row.integer(5),
            row.integer(6)};
}

constexpr std::string_view select_operations = R"(
SELECT o."id", o."at", o."user", o."command", o."undoes", o."undone_by", (
  SELECT coalesce(sum("n"), 0)
  FROM (
    SELECT max("through") - min("record") + 1 AS "n"
    FROM "change" c
    WHERE c."operation" = o."id"
    GROUP BY c."noun", c."record") AS "touched")
FROM "operation" o)";

constexpr std::string_view touching = R"(
WHERE o."id" IN (
  SELECT "operation" FROM "change" WHERE "noun" = ?1 AND ?2 BETWEEN "record" AND "through"))";

}  // namespace

std::vector<Operation> operations(Store& store, const Found* record, std::int64_t limit) {
    sql::Statement get = store.db().prepare(fmt::format(
        "{}{} ORDER BY o.\"id\" DESC{}", select_operations, record == nullptr ? "" : touching,
        limit < 0 ? "" : fmt::format(" LIMIT {}", limit)));
    if (record != nullptr)
        get.with(record->entity->number, record->id);
    std::vector<Operation> out;
    while (get.step())
        out.push_back(read(get));
    return out;
}

std::optional<Operation> operation(Store& store, std::int64_t id) {
    sql::Statement get = store.db().prepare(fmt::format("{} WHERE o.\"id\"=?1", select_operations));
    get.with(id);
    if (!get.step())
        return {};
    return read(get);
}

std::int64_t most_of_one_noun(Store& store, std::int64_t operation) {
    sql::Statement get = store.db().prepare(R"(
        SELECT sum("n") AS "records"
        FROM (
          SELECT "noun", max("through") - min("record") + 1 AS "n"
          FROM "change"
          WHERE "operation" = ?1
          GROUP BY "noun", "record") AS "touched"
        GROUP BY "noun"
        ORDER BY 1 DESC
        LIMIT 1)");
    return get.with(operation).step() ? get.integer(0) : 0;
}

std::vector<HistoryChange> changes(Store& store, std::int64_t operation, const Found* record) {
    std::string where = operation != 0 ? "\"operation\"=?1"
                                       : "\"noun\"=?1 AND ?2 BETWEEN \"record\" AND \"through\"";
    if (operation != 0 && record != nullptr)
        where += " AND \"noun\"=?2 AND ?3 BETWEEN \"record\" AND \"through\"";
    sql::Statement get = store.db().prepare(
        "SELECT \"operation\",\"noun\",\"record\",\"through\",\"action\",\"field\",\"old\",\"new\" "
        "FROM \"change\" WHERE " +
        where + " ORDER BY \"id\"");
    if (operation == 0)
        get.with(record->entity->number, record->id);
    else if (record == nullptr)
        get.with(operation);
    else
        get.with(operation, record->entity->number, record->id);
    std::vector<HistoryChange> out;
    while (get.step())
        out.push_back({get.integer(0), store.model().by_number(static_cast<int>(get.integer(1))),
                       get.integer(2), get.integer(3), std::string(get.text(4)),
                       std::string(get.text(5)), std::string(get.text(6)),
                       std::string(get.text(7))});
    return out;
}

namespace {

constexpr std::string_view rows_of_record = R"(
SELECT s."file", i."line"
FROM "import_row" i
JOIN "source" s ON s."id" = i."source"
WHERE s."operation" = ?1 AND i."noun" = ?2 AND i."record" = ?3
ORDER BY s."id", i."line")";

}  // namespace

std::optional<Origin> origin(Store& store, const Record& record, const meta::FieldInfo& field) {
    const Found found{record.entity, record.id};
    HistoryChange last;
    for (HistoryChange& change : changes(store, 0, &found))
        if (change.action == "add" || change.field == field.name())
            last = std::move(change);
    const bool empty = history_text(record, field, store.model()).empty();
    if (empty && last.action == "add")
        return {};
    auto done = operation(store, last.operation);
    if (!done)
        return {};
    Origin out{.operation = std::move(*done), .sources = {}};
    sql::Statement get = store.db().prepare(rows_of_record);
    for (get.with(last.operation, record.entity->number, record.id); get.step();)
        out.sources.push_back(fmt::format("{}:{}", get.text(0), get.integer(1)));
    return out;
}

std::int64_t last_operation(Store& store) {
    sql::Statement get = store.db().prepare("SELECT max(\"id\") FROM \"operation\"");
    return get.step() ? get.integer(0) : 0;
}

std::optional<std::int64_t> last_to_undo(Store& store) {
    sql::Statement get = store.db().prepare(R"(
        SELECT max("id") FROM "operation" WHERE "undoes" IS NULL AND "undone_by" IS NULL)");
    if (!get.step() || get.null(0))
        return {};
    return get.integer(0);
}

}  // namespace crm::store
