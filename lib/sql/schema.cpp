#include "sql/schema.hpp"

#include "sql/views.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fcntl.h>
#include <set>
#include <unistd.h>
#include <utility>

namespace crm::sql {
namespace {

using meta::Entity;
using meta::FieldInfo;
using meta::Type;

/// Tables that are no noun's; running it again makes those that an older store lacks. Times are ISO
/// 8601 in UTC.
constexpr std::string_view house = R"(
CREATE TABLE IF NOT EXISTS "store"("key" TEXT PRIMARY KEY, "value" TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS "sequence"("noun" TEXT PRIMARY KEY, "last" INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS "operation"("id" INTEGER PRIMARY KEY, "at" TEXT NOT NULL, "user" TEXT NOT NULL, "command" TEXT NOT NULL, "undoes" INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS "change"("id" INTEGER PRIMARY KEY, "operation" INTEGER NOT NULL REFERENCES "operation"("id"), "noun" INTEGER NOT NULL,
  "record" INTEGER NOT NULL, "through" INTEGER NOT NULL, "action" TEXT NOT NULL, "field" TEXT, "old" TEXT, "new" TEXT) STRICT;
CREATE INDEX IF NOT EXISTS "change_operation" ON "change"("operation");
CREATE INDEX IF NOT EXISTS "change_record" ON "change"("noun", "record");
CREATE INDEX IF NOT EXISTS "operation_undoes" ON "operation"("undoes") WHERE "undoes" IS NOT NULL;
CREATE TABLE IF NOT EXISTS "source"("id" INTEGER PRIMARY KEY, "operation" INTEGER NOT NULL REFERENCES "operation"("id"), "file" TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS "import_row"("digest" INTEGER PRIMARY KEY, "noun" INTEGER NOT NULL, "record" INTEGER NOT NULL, "source" INTEGER NOT NULL, "line" INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS "lookup"("kind" INTEGER NOT NULL, "key" TEXT NOT NULL, "noun" INTEGER NOT NULL, "record" INTEGER NOT NULL,
  PRIMARY KEY("kind", "key", "noun", "record")) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS "tag"("key" TEXT PRIMARY KEY, "name" TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS "blob"("hash" TEXT PRIMARY KEY, "bytes" BLOB NOT NULL) STRICT;
CREATE VIRTUAL TABLE IF NOT EXISTS "search" USING fts5("name", "text", content='', tokenize='ascii');
INSERT INTO "search"("search", "rank") VALUES('hashsize', 16777216);
)";

std::string reference(const FieldInfo& field) {
    return field.type() == Type::link && field.to != nullptr
               ? fmt::format(" REFERENCES {}(\"id\") DEFERRABLE INITIALLY DEFERRED",
                             quoted(field.to->noun))
               : std::string();
}

/// A table as the declarations want it: what it begins with, the columns that later versions may
/// add to, what it ends with.
struct Table {
    std::string name, head, tail;
    std::vector<std::pair<std::string, std::string>> columns;  ///< name and definition

    void add(const FieldInfo& field) {
        for (const auto& column : field.columns)
            columns.emplace_back(
                column.name,
                fmt::format("{} {}{}", quoted(column.name),
                            field.is(meta::custom) ? "ANY"
                            : column.integer
                                ? "INTEGER"
                                : "TEXT",  // a later field of that name may be of another type
                            &column == &field.columns.back() ? reference(field) : ""));
    }
    std::string create(std::string_view what) const {
        std::string out = fmt::format("{} {}({}", what, quoted(name), head);
        for (const auto& column : columns)
            out += ", " + column.second;
        return out + tail + ";\n";
    }
};

std::vector<Table> tables(const Entity& entity) {
    std::vector<Table> out;
    const std::string noun(entity.noun);
    Table own{
        noun,
        R"("id" INTEGER PRIMARY KEY, "uid" TEXT NOT NULL, "deleted_at" TEXT, "undone" INTEGER)",
        ") STRICT",
        {}};
    for (const FieldInfo& field : entity.fields())
        own.add(field);
    out.push_back(std::move(own));
    for (const FieldInfo& field : entity.fields()) {
        if (field.type() != Type::rows)
            continue;
        Table child{
            field.table(),
            fmt::format(
                R"("record" INTEGER NOT NULL REFERENCES {}("id") DEFERRABLE INITIALLY DEFERRED, "position" INTEGER NOT NULL)",
                quoted(noun)),
            R"(, PRIMARY KEY("record", "position")) STRICT, WITHOUT ROWID)",
            {}};
        for (const FieldInfo& inner : field.rows)
            child.add(inner);
        out.push_back(std::move(child));
    }
    Table words{noun + "_words", R"("id" INTEGER PRIMARY KEY)", ") STRICT", {}};
    for (const WordsColumn& column : words_columns(entity))
        words.columns.emplace_back(column.name, quoted(column.name) + " TEXT");
    out.push_back(std::move(words));
    return out;
}

}  // namespace

std::vector<WordsColumn> words_columns(const Entity& entity) {
    std::vector<WordsColumn> out;
    for (const FieldInfo& field : entity.fields()) {
        if (!field.is(meta::searched))
            continue;
        out.push_back({std::string(field.name()), &field, -1});
        if (field.type() != Type::address)
            continue;
        out.push_back({field.columns[2].name, &field, 2});
        out.push_back({field.columns[4].name, &field, 4});
    }
    return out;
}

std::vector<Index> indexes(const Entity& entity) {
    std::vector<Index> out;
    // Most links and many fields are empty in most records: what is NULL is never looked for by
    // these indexes.
    const auto add = [&](std::string_view table, std::string_view column) {
        const std::string name = fmt::format("{}_{}_index", table, column);
        out.push_back(
            {name, fmt::format("CREATE INDEX IF NOT EXISTS {0} ON {1}({2}) WHERE {2} IS NOT NULL",
                               quoted(name), quoted(table), quoted(column))});
    };
    const std::string noun(entity.noun), words = noun + "_words";
    add(noun, "uid");
    for (const FieldInfo& field : entity.fields()) {
        if (field.type() == Type::rows) {
            if (const FieldInfo& first = field.rows.front(); first.type() == Type::link)
                add(field.table(), first.columns.back().name);
        } else if (field.is(meta::searched) && field.is(meta::indexed)) {
            add(words, field.name());
        } else if (field.is(meta::indexed)) {
            add(noun, field.columns.back().name);
        }
        if (field.type() == Type::address && field.is(meta::searched))
            add(words, field.columns[2].name);
    }
    return out;
}

void create_schema(Connection& connection) {
    // Pages of 8 KB: half as many to read, to keep for a rollback and to write. It cannot be said
    // within a transaction.
    connection.run("PRAGMA page_size=8192; BEGIN IMMEDIATE");
    connection.run(std::string(house));
    connection.run(fmt::format("PRAGMA application_id={}; PRAGMA user_version={}", application_id,
                               schema_version));
}

bool make_tables(Connection& connection, const meta::Model& model, std::string_view table,
                 bool for_good) {
    for (const Entity& entity : model.entities()) {
        if (table.starts_with("v_" + std::string(entity.noun))) {
            if (table == view_name(entity))
                return connection.run_temporary(create_view(entity, nullptr, true)), true;
            for (const FieldInfo& field : entity.fields())
                if (field.type() == Type::rows && table == view_name(entity, &field))
                    return connection.run_temporary(create_view(entity, &field, true)), true;
        }
        if (!table.starts_with(entity.noun))
            continue;
        const std::vector<Table> all = tables(entity);
        if (std::ranges::none_of(all, [&](const Table& t) { return t.name == table; }))
            continue;
        std::string ddl;
        for (const Table& t : all)
            ddl += t.create(for_good ? "CREATE TABLE" : "CREATE TEMP TABLE");
        for_good ? connection.run(ddl) : connection.run_temporary(ddl);
        return true;
    }
    return false;
}

std::string temporary_tables(const Entity& entity) {
    std::string ddl;
    for (const Table& t : tables(entity))
        ddl += t.create("CREATE TEMP TABLE");
    return ddl;
}

void make_indexes(Connection& connection, const Entity& entity) {
    for (const Index& index : indexes(entity))
        connection.run(index.create);
}

void complete_schema(Connection& connection, const meta::Model& model) {
    std::set<std::string, std::less<>> have;  // tables and "table.column"
    Statement get =
        connection.prepare(R"(SELECT "name" FROM sqlite_master WHERE "type" = 'table' UNION ALL
        SELECT m."name" || '.' || c."name" FROM sqlite_master m, pragma_table_info(m."name") c WHERE m."type" = 'table')");
    while (get.step())
        have.emplace(get.text(0));
    std::string ddl(house);
    for (const Entity& entity : model.entities()) {
        if (!have.contains(entity.noun))
            continue;
        for (const Table& table : tables(entity)) {
            if (!have.contains(table.name)) {
                ddl += table.create("CREATE TABLE");
                continue;
            }
            for (const auto& [name, definition] : table.columns)
                if (!have.contains(table.name + "." + name))
                    ddl += fmt::format("ALTER TABLE {} ADD COLUMN {};\n", quoted(table.name),
                                       definition);
        }
    }
    connection.run(ddl);
    for (const Entity& entity : model.entities()) {
        Statement last =
            connection.prepare("SELECT 1 FROM \"sequence\" WHERE \"noun\"=?1 AND \"last\">=?2");
        if (last.with(entity.noun, indexed_from).step())
            make_indexes(connection, entity);
    }
}

void add_columns(Connection& connection, const FieldInfo& field) {
    const Entity& entity = *field.entity;
    std::set<std::string, std::less<>> have;
    Statement get = connection.prepare(
        R"(SELECT m."name" || '.' || c."name" FROM sqlite_master m, pragma_table_info(m."name") c WHERE m."name" IN (?1, ?1 || '_words'))");
    get.with(entity.noun);
    while (get.step())
        have.emplace(get.text(0));
    if (have.empty())
        return;
    for (const Table& table : tables(entity)) {
        const bool own = table.name == entity.noun;
        if (!own && table.name != std::string(entity.noun) + "_words")
            continue;
        for (const auto& [name, definition] : table.columns) {
            if (own ? std::ranges::find(field.columns, name, &meta::Column::name) ==
                          field.columns.end()
                    : name != field.name())
                continue;
            connection.run(
                have.contains(table.name + "." + name)
                    ? fmt::format("UPDATE {0} SET {1}=NULL WHERE {1} IS NOT NULL",
                                  quoted(table.name), quoted(name))
                    : fmt::format("ALTER TABLE {} ADD COLUMN {}", quoted(table.name), definition));
        }
    }
}

namespace {

/// Until 5 the stages of a deal lay in the history alone: the changes that were not taken back,
/// after the first stage.
void fill_stages(Connection& connection) {
    if (!connection.prepare(R"(SELECT 1 FROM sqlite_master WHERE "name" = 'deal_stages')").step())
        return;
    constexpr std::string_view moves =
        R"("change" c JOIN "operation" o ON o."id" = c."operation" WHERE c."noun" = 8 AND c."field" = 'stage' AND o."undoes" IS NULL)"
        R"( AND NOT EXISTS (SELECT 1 FROM "operation" u WHERE u."undoes" = o."id" AND NOT EXISTS (SELECT 1 FROM "operation" v WHERE v."undoes" = u."id")))";
    connection.run(fmt::format(
        R"(WITH moves AS (SELECT c."record" AS id, c."id" AS n, o."at" AS at, c."old" AS old, c."new" AS new FROM {}),)"
        R"( stays AS (SELECT d."id" AS id, 0 AS n, coalesce(CASE WHEN m.old IS NULL THEN coalesce(d."won_at", d."lost_at") END, d."created_at") AS at, coalesce(m.old, d."stage") AS stage)"
        R"( FROM "deal" d LEFT JOIN (SELECT id, old, min(n) FROM moves GROUP BY id) m ON m.id = d."id" UNION ALL SELECT id, n, at, new FROM moves WHERE id IN (SELECT "id" FROM "deal")))"
        R"( INSERT INTO "deal_stages"("record", "position", "stage", "at") SELECT id, row_number() OVER (PARTITION BY id ORDER BY n), stage, at FROM stays WHERE stage IS NOT NULL AND at IS NOT NULL)",
        moves));
}

/// Until 5 lines had whole quantities and whole per cents.
void split_units(Connection& connection) {
    for (const std::string_view table : {"deal_lines", "quote_lines", "order_lines"})
        if (Statement there = connection.prepare("SELECT 1 FROM sqlite_master WHERE \"name\" = ?1");
            there.with(table).step())
            connection.run(fmt::format(
                R"(UPDATE {} SET "quantity" = "quantity" * 1000, "discount" = "discount" * 100, "tax" = "tax" * 100)",
                quoted(table)));
}

}  // namespace

void migrate(Connection& connection, const meta::Model& model) {
    std::int64_t version = schema_version;
    if (Statement get = connection.prepare("PRAGMA user_version"); get.step())
        version = get.integer(0);
    if (version >= schema_version)
        return;
    complete_schema(connection, model);
    // What is more than a table, a column or an index that was not there is a step of its own here.
    if (version < 6)
        fill_stages(connection), split_units(connection);
    connection.run(fmt::format("PRAGMA user_version={}", schema_version));
}

std::int64_t check_file(const std::string& path) {
    // SQLite's header: its name in the first 16 bytes, user_version at 60, application_id at 68,
    // big-endian (fileformat2 1.3).
    unsigned char head[100] = {};
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return schema_version;  // opening it says why
    const ssize_t n = ::read(fd, head, sizeof head);
    ::close(fd);
    const auto number = [&](std::size_t at) {
        return std::int64_t{head[at]} << 24 | head[at + 1] << 16 | head[at + 2] << 8 | head[at + 3];
    };
    const bool sqlite = n == sizeof head && std::string_view(reinterpret_cast<const char*>(head),
                                                             15) == "SQLite format 3";
    if (!sqlite || number(68) != application_id)
        throw Error(Fault::refused, "not_a_store", path + " is not a crm store",
                    "crm init makes one: crm --db FILE init");
    const std::int64_t version = number(60);
    if (version > schema_version)
        throw Error(
            Fault::refused, "newer_store",
            fmt::format(
                "{} was written by a newer crm (schema {}, this one knows {}); nothing was touched",
                path, version, schema_version),
            "install the newer crm");
    return version;
}

}  // namespace crm::sql
