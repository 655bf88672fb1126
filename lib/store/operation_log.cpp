#include "store/operation_log.hpp"

namespace crm::store {

void OperationLog::begin() {
    if (id_ != 0)
        return;
    sql::Statement put = store_.db().prepare(R"(
        INSERT INTO "operation"("id", "at", "user", "command")
        SELECT coalesce(max("id"), 0) + 1, ?1, ?2, ?3 FROM "operation" WHERE true
        RETURNING "id")");
    put.with(at_, user_, command_);
    put.step();
    id_ = put.integer(0);
    put.run();
    line_ = store_.db().prepare(R"(
        INSERT INTO "change"("operation", "noun", "record", "through", "action", "field", "old", "new")
        VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8))");
}

void OperationLog::record(const Record& record, std::string_view action, std::string_view field,
                          std::string_view old_value, std::string_view new_value) {
    begin();
    touch(*record.entity);
    const auto value = [](std::string_view s) { return s.empty() ? View() : View(s); };
    line_
        .with(id_, record.entity->number, record.id, record.id, action, value(field),
              value(old_value), value(new_value))
        .run();
}

void OperationLog::run(const meta::Entity& entity, std::int64_t first, std::int64_t last,
                       std::string_view action) {
    begin();
    touch(entity);
    line_.with(id_, entity.number, first, last, action, View(), View(), View()).run();
}

void OperationLog::correct(const Record& record, std::string_view field,
                           std::string_view new_value) {
    store_.db()
        .prepare(R"(
            UPDATE "change" SET "new" = ?5
            WHERE "id" = (
              SELECT max("id") FROM "change"
              WHERE "operation" = ?1 AND "noun" = ?2 AND "record" = ?3 AND "field" = ?4))")
        .with(id_, record.entity->number, record.id, field, new_value)
        .run();
}

void OperationLog::undoes(std::int64_t operation) {
    begin();
    store_.db()
        .prepare(R"(UPDATE "operation" SET "undoes" = ?2 WHERE "id" = ?1)")
        .with(id_, operation)
        .run();
    // An operation is undone by the last undo of it that stands. Where the operation is an undo
    // itself, this changes whether what it had undone stands, and so on.
    sql::Statement settle = store_.db().prepare(R"(
        UPDATE "operation" SET "undone_by" = (
          SELECT max(u."id") FROM "operation" u
          WHERE u."undoes" = ?1 AND u."undone_by" IS NULL)
        WHERE "id" = ?1)");
    sql::Statement undoes =
        store_.db().prepare(R"(SELECT "undoes" FROM "operation" WHERE "id" = ?1)");
    for (std::int64_t of = operation; of != 0;) {
        settle.with(of).run();
        undoes.with(of);
        of = undoes.step() ? undoes.integer(0) : 0;
        undoes.reset();
    }
}

std::string OperationLog::text_before(const Record& record, const meta::FieldInfo& field) {
    if (id_ == 0)
        return record.text(field);
    sql::Statement first = store_.db().prepare(R"(
        SELECT "old" FROM "change"
        WHERE "operation" = ?1 AND "noun" = ?2 AND "record" = ?3 AND "field" = ?4
        ORDER BY "id" LIMIT 1)");
    first.with(id_, record.entity->number, record.id, field.name());
    return first.step() ? std::string(first.text(0)) : record.text(field);
}

}  // namespace crm::store
