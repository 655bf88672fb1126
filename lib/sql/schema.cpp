#include "sql/schema.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace crm::sql {
namespace {

using meta::Entity;
using meta::Placed;
using meta::Type;

/// Tables that are no noun's. Times are ISO 8601 in UTC.
constexpr std::string_view house = R"(
CREATE TABLE "store"("key" TEXT PRIMARY KEY, "value" TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE "sequence"("noun" TEXT PRIMARY KEY, "last" INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE "operation"("id" INTEGER PRIMARY KEY, "at" TEXT NOT NULL, "user" TEXT NOT NULL, "command" TEXT NOT NULL, "undoes" INTEGER) STRICT;
CREATE TABLE "change"("id" INTEGER PRIMARY KEY, "operation" INTEGER NOT NULL REFERENCES "operation"("id"), "noun" INTEGER NOT NULL,
  "record" INTEGER NOT NULL, "through" INTEGER NOT NULL, "action" TEXT NOT NULL, "field" TEXT, "old" TEXT, "new" TEXT) STRICT;
CREATE INDEX "change_operation" ON "change"("operation");
CREATE INDEX "change_record" ON "change"("noun", "record");
CREATE TABLE "source"("id" INTEGER PRIMARY KEY, "operation" INTEGER NOT NULL REFERENCES "operation"("id"), "file" TEXT NOT NULL) STRICT;
CREATE TABLE "import_row"("digest" INTEGER PRIMARY KEY, "noun" INTEGER NOT NULL, "record" INTEGER NOT NULL, "source" INTEGER NOT NULL, "line" INTEGER NOT NULL) STRICT;
CREATE TABLE "lookup"("kind" INTEGER NOT NULL, "key" TEXT NOT NULL, "noun" INTEGER NOT NULL, "record" INTEGER NOT NULL,
  PRIMARY KEY("kind", "key", "noun", "record")) STRICT, WITHOUT ROWID;
CREATE TABLE "tag"("key" TEXT PRIMARY KEY, "name" TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE "blob"("hash" TEXT PRIMARY KEY, "bytes" BLOB NOT NULL) STRICT;
CREATE VIRTUAL TABLE "search" USING fts5("name", "text", content='', tokenize='ascii');
INSERT INTO "search"("search", "rank") VALUES('hashsize', 67108864);
)";

std::string reference(const Placed& field) {
    return field.type() == Type::link && field.to != nullptr
               ? fmt::format(" REFERENCES {}(\"id\") DEFERRABLE INITIALLY DEFERRED", quoted(field.to->noun))
               : std::string();
}

std::string column_list(const std::deque<Placed>& fields) {
    std::string out;
    for (const Placed& field : fields)
        for (const auto& column : field.columns)
            out += fmt::format(", {} {}{}", quoted(column.name), column.integer ? "INTEGER" : "TEXT",
                               &column == &field.columns.back() ? reference(field) : "");
    return out;
}

std::string tables(const Entity& entity) {
    std::string out = fmt::format("CREATE TABLE {}(\"id\" INTEGER PRIMARY KEY, \"uid\" TEXT NOT NULL{}, \"deleted_at\" TEXT, \"undone\" INTEGER) STRICT;\n",
                                  quoted(entity.noun), column_list(entity.fields));
    for (const Placed& field : entity.fields) {
        if (field.type() != Type::rows) continue;
        out += fmt::format("CREATE TABLE {}(\"record\" INTEGER NOT NULL REFERENCES {}(\"id\") DEFERRABLE INITIALLY DEFERRED, \"position\" INTEGER NOT NULL", quoted(field.table()), quoted(entity.noun));
        for (const Placed& inner : field.rows)
            for (const auto& column : inner.columns)
                out += fmt::format(", {} {}{}", quoted(column.name), column.integer ? "INTEGER" : "TEXT", &column == &inner.columns.back() ? reference(inner) : "");
        out += ", PRIMARY KEY(\"record\", \"position\")) STRICT, WITHOUT ROWID;\n";
    }
    std::string words;
    for (const WordsColumn& column : words_columns(entity)) words += fmt::format(", {} TEXT", quoted(column.name));
    out += fmt::format("CREATE TABLE {}(\"id\" INTEGER PRIMARY KEY{}) STRICT;\n", quoted(std::string(entity.noun) + "_words"), words);
    return out;
}

}  // namespace

std::vector<WordsColumn> words_columns(const Entity& entity) {
    std::vector<WordsColumn> out;
    for (const Placed& field : entity.fields) {
        if (!field.is(meta::searched)) continue;
        out.push_back({std::string(field.name()), &field, -1});
        if (field.type() != Type::address) continue;
        out.push_back({field.columns[2].name, &field, 2});
        out.push_back({field.columns[4].name, &field, 4});
    }
    return out;
}

std::vector<Index> indexes(const Entity& entity) {
    std::vector<Index> out;
    // Most links and many fields are empty in most records: what is NULL is never looked for by these indexes.
    const auto add = [&](std::string_view table, std::string_view column) {
        const std::string name = fmt::format("{}_{}_index", table, column);
        out.push_back({name, fmt::format("CREATE INDEX {0} ON {1}({2}) WHERE {2} IS NOT NULL", quoted(name), quoted(table), quoted(column))});
    };
    const std::string noun(entity.noun), words = noun + "_words";
    add(noun, "uid");
    for (const Placed& field : entity.fields) {
        if (field.type() == Type::rows) {
            if (const Placed& first = field.rows.front(); first.type() == Type::link) add(field.table(), first.columns.back().name);
        } else if (field.is(meta::searched) && field.is(meta::indexed)) {
            add(words, field.name());
        } else if (field.is(meta::indexed)) {
            add(noun, field.columns.back().name);
        }
        if (field.type() == Type::address && field.is(meta::searched)) add(words, field.columns[2].name);
    }
    return out;
}

void create_schema(Connection& connection, const meta::Model& model) {
    std::string ddl(house);
    for (const Entity& entity : model.entities()) {
        ddl += tables(entity);
        for (const Index& index : indexes(entity)) ddl += index.create + ";\n";
    }
    connection.run(ddl);
    connection.run(fmt::format("PRAGMA application_id={}; PRAGMA user_version={}", application_id, schema_version));
}

void migrate(Connection& connection, const meta::Model& model) {
    sql::Statement get = connection.prepare("PRAGMA user_version");
    const std::int64_t version = get.step() ? get.integer(0) : schema_version;
    if (version >= schema_version) return;
    // To 2: leads (6) to feedback (20).
    std::string ddl;
    for (const Entity& entity : model.entities()) {
        if (entity.number < 6 || entity.number > 20) continue;
        ddl += tables(entity);
        for (const Index& index : indexes(entity)) ddl += index.create + ";\n";
    }
    connection.run(ddl);
    connection.run(fmt::format("PRAGMA user_version={}", schema_version));
}

std::int64_t check_file(const std::string& path) {
    // SQLite's header: its name in the first 16 bytes, user_version at 60, application_id at 68, big-endian (fileformat2 1.3).
    unsigned char head[100] = {};
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return schema_version;  // opening it says why
    const ssize_t n = ::read(fd, head, sizeof head);
    ::close(fd);
    const auto number = [&](std::size_t at) { return std::int64_t{head[at]} << 24 | head[at + 1] << 16 | head[at + 2] << 8 | head[at + 3]; };
    const bool sqlite = n == sizeof head && std::string_view(reinterpret_cast<const char*>(head), 15) == "SQLite format 3";
    if (!sqlite || number(68) != application_id) throw Error(Fault::refused, "not_a_store", path + " is not a crm store", "crm init makes one: crm --db FILE init");
    const std::int64_t version = number(60);
    if (version > schema_version)
        throw Error(Fault::refused, "newer_store", fmt::format("{} was written by a newer crm (schema {}, this one knows {}); nothing was touched", path, version, schema_version), "install the newer crm");
    return version;
}

}  // namespace crm::sql
