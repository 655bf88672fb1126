#include "store/record_table.hpp"

#include "sql/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

namespace crm::store {

using meta::Entity;
using meta::FieldInfo;
using meta::Type;
using sql::quoted;

namespace {

/// ?1,?2,?3
std::string parameters(std::size_t count) {
    std::string out;
    for (std::size_t i = 1; i <= count; ++i)
        out += (i > 1 ? ",?" : "?") + std::to_string(i);
    return out;
}

std::string insert_into_rows(const FieldInfo& field) {
    std::string names;
    std::size_t cells = 0;
    for (const FieldInfo& inner : field.rows)
        for (const auto& column : inner.columns) {
            names += "," + quoted(column.name);
            ++cells;
        }
    return fmt::format("INSERT INTO {}(\"record\",\"position\"{}) VALUES({})",
                       quoted(field.table()), names, parameters(cells + 2));
}

}  // namespace

RecordTable::RecordTable(Store& store, const Entity& entity, bool indexed)
    : store_(store), entity_(entity), indexed_(indexed) {
    auto& db = store.db();
    insert_ = db.prepare(fmt::format("INSERT INTO {}({}) VALUES({})", quoted(entity.noun),
                                     cell_columns(entity, ""), parameters(entity.cells() + 3)));
    insert_rows_.resize(entity.row_lists());
    remove_rows_.resize(entity.row_lists());
    for (const FieldInfo& field : entity.fields())
        if (field.type() == Type::rows)
            insert_rows_[field.first] = db.prepare(insert_into_rows(field));
}

void RecordTable::insert(const Record& record) {
    insert_.clear();
    insert_.bind(1, record.id).bind(2, record.uid);
    int at = 2;
    for (const Value& cell : record.cells) {
        ++at;
        if (!std::holds_alternative<std::monostate>(cell))
            insert_.bind(at, View(cell));
    }
    if (!record.deleted_at.empty())
        insert_.bind(at + 1, record.deleted_at);
    insert_.run();
    for (const FieldInfo& field : entity_.fields())
        if (field.type() == Type::rows)
            insert_rows(record, field);
}

void RecordTable::insert_rows(const Record& record, const FieldInfo& field) {
    sql::Statement& insert = insert_rows_[field.first];
    std::int64_t position = 0;
    for (const RowCells& row : record.rows[field.first]) {
        insert.reset();
        insert.bind(1, record.id).bind(2, ++position);
        int at = 2;
        for (const Value& cell : row)
            insert.bind(++at, View(cell));
        insert.run();
    }
}

void RecordTable::remove_rows(std::int64_t id, const FieldInfo& field) {
    sql::Statement& remove = remove_rows_[field.first];
    if (!remove)
        remove = store_.db().prepare(
            fmt::format("DELETE FROM {} WHERE \"record\"=?1", quoted(field.table())));
    remove.with(id).run();
}

void RecordTable::load(const Batch& records) {
    if (records.size() == 0)
        return;
    // Most fields are empty in all records of one load: what is NULL anyway is not carried through.
    std::vector<std::string> columns{"id", "uid", "deleted_at"};
    std::vector<std::size_t> used;
    for (const FieldInfo& field : entity_.fields())
        for (std::size_t i = 0; i < field.cells; ++i)
            if (records.uses(field.first + i)) {
                columns.push_back(field.columns[i].name);
                used.push_back(field.first + i);
            }
    std::size_t at = 0;
    Batch::Packed record;
    store_.db().load(entity_.noun, columns, [&](std::span<View> cells) {
        if (at == records.size())
            return false;
        records.read(at++, record);
        cells[0] = record.id;
        cells[1] = record.uid;
        cells[2] = text_or_null(record.deleted_at);
        for (std::size_t i = 0; i < used.size(); ++i)
            cells[i + 3] = record.cells[used[i]];
        return true;
    });
    for (const FieldInfo& field : entity_.fields())
        if (field.type() == Type::rows && records.uses_rows(field.first))
            load_rows(records, field);
}

void RecordTable::load_rows(const Batch& records, const FieldInfo& field) {
    std::vector<std::string> columns{"record", "position"};
    for (const FieldInfo& inner : field.rows)
        for (const auto& column : inner.columns)
            columns.push_back(column.name);
    const std::size_t width = columns.size() - 2;
    std::size_t at = 0;
    Batch::Packed record;
    std::span<const View> left;  // of the rows of `record`
    std::int64_t position = 0;
    store_.db().load(field.table(), columns, [&](std::span<View> cells) {
        while (left.empty()) {
            if (at == records.size())
                return false;
            records.read(at++, record);
            left = record.rows[field.first];
            position = 0;
        }
        cells[0] = record.id;
        cells[1] = ++position;
        std::ranges::copy(left.first(width), cells.begin() + 2);
        left = left.subspan(width);
        return true;
    });
}

void RecordTable::update(const Record& record, std::span<const FieldInfo* const> fields) {
    std::string sets = "\"uid\"=?2";
    int at = 2;
    for (const FieldInfo* field : fields)
        for (const auto& column : field->columns)
            sets += fmt::format(",{}=?{}", quoted(column.name), ++at);
    sql::Statement& update = updates_[sets];
    if (!update)
        update = store_.db().prepare(
            fmt::format("UPDATE {} SET {} WHERE \"id\"=?1", quoted(entity_.noun), sets));
    update.reset();
    update.bind(1, record.id).bind(2, record.uid);
    at = 2;
    for (const FieldInfo* field : fields)
        for (const Value& cell : record.of(*field))
            update.bind(++at, View(cell));
    update.run();
    for (const FieldInfo* field : fields)
        if (field->type() == Type::rows) {
            remove_rows(record.id, *field);
            insert_rows(record, *field);
        }
}

void RecordTable::update_deleted_at(std::int64_t id, std::string_view at) {
    store_.db()
        .prepare(
            fmt::format("UPDATE {} SET \"deleted_at\"=?2 WHERE \"id\"=?1", quoted(entity_.noun)))
        .with(id, text_or_null(at))
        .run();
}

void RecordTable::update_updated_at(std::int64_t id, std::string_view at) {
    store_.db()
        .prepare(
            fmt::format("UPDATE {} SET \"updated_at\"=?2 WHERE \"id\"=?1", quoted(entity_.noun)))
        .with(id, at)
        .run();
}

void RecordTable::remove(std::int64_t id) {
    for (const FieldInfo& field : entity_.fields())
        if (field.type() == Type::rows)
            remove_rows(id, field);
    store_.db()
        .prepare(fmt::format("DELETE FROM {} WHERE \"id\"=?1", quoted(entity_.noun)))
        .with(id)
        .run();
}

void RecordTable::make_indexes() {
    if (indexed_)
        return;
    sql::make_indexes(store_.db(), entity_);
    indexed_ = true;
}

}  // namespace crm::store
