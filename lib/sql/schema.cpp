#include "sql/schema.hpp"

#include "base/text.hpp"
#include "meta/type.hpp"
#include "sql/campaign_records.hpp"
#include "sql/expression.hpp"
#include "sql/full_text.hpp"
#include "sql/knowledge_records.hpp"
#include "sql/service_records.hpp"
#include "time/recurrence.hpp"
#include "time/zone_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

namespace crm::sql {
namespace {

using meta::Entity;
using meta::FieldInfo;
using meta::Type;

/// Tables that are no noun's; running it again makes those that an older store lacks. Times are ISO
/// 8601 in UTC.
constexpr std::string_view shared_tables = R"(
CREATE TABLE IF NOT EXISTS "store"("key" TEXT PRIMARY KEY, "value" TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS "sequence"("noun" TEXT PRIMARY KEY, "last" INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS "operation"("id" INTEGER PRIMARY KEY, "at" TEXT NOT NULL, "user" TEXT NOT NULL, "command" TEXT NOT NULL, "undoes" INTEGER, "undone_by" INTEGER) STRICT;
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
)";

/// The same with the full text.
std::string all_shared_tables(Connection& connection) {
    return std::string(shared_tables) + connection.dialect().full_text().create();
}

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

std::string words_table(const Entity& entity) {
    return quoted(std::string(entity.noun) + "_words");
}

std::string search_number(const Entity& entity) {
    return fmt::format("{}+\"id\"", search_id(entity.number, 0));
}

std::pair<std::string, std::string> search_columns(const Entity& entity,
                                                   std::span<const WordsColumn> words,
                                                   const std::vector<bool>* used) {
    std::string name = "''", rest;
    for (const auto& column : words) {
        if (column.part >= 0 ||
            (used != nullptr && !(*used)[static_cast<std::size_t>(&column - words.data())]))
            continue;
        if (column.field == entity.name()) {
            name = fmt::format("coalesce({}, '')", quoted(column.name));
        } else {
            rest += fmt::format("{}coalesce({} || ' ', '')", rest.empty() ? "" : " || ",
                                quoted(column.name));
        }
    }
    return {name, rest.empty() ? "''" : rest};
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
            for (const FieldInfo& inner : field.rows)
                if (inner.is(meta::indexed))
                    add(field.table(), inner.columns.back().name);
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
    connection.run(all_shared_tables(connection));
    connection.set_schema_version(schema_version);
}

void make_tables(Connection& connection, const Entity& entity) {
    // Outside of a transaction, too, all of them appear at once, and another program may be first.
    std::string ddl = "SAVEPOINT \"tables\";\n";
    for (const Table& table : tables(entity))
        ddl += table.create("CREATE TABLE IF NOT EXISTS");
    try {
        connection.run(ddl + "RELEASE \"tables\"");
    } catch (...) {
        try {
            connection.run(R"(ROLLBACK TO "tables"; RELEASE "tables")");
        } catch (const Error&) {
            // SQLite has rolled back by itself after a full disk or a failed write.
        }
        throw;
    }
}

std::string temporary_tables(const Entity& entity) {
    std::string ddl;
    for (const Table& table : tables(entity))
        ddl += table.create("CREATE TEMP TABLE");
    return ddl;
}

void make_cursors(Connection& connection) {
    connection.run(R"(
        CREATE TABLE IF NOT EXISTS "cursor"(
            "name" TEXT NOT NULL, "noun" INTEGER NOT NULL, "record" INTEGER NOT NULL,
            PRIMARY KEY("name", "noun", "record")) STRICT, WITHOUT ROWID)");
}

void make_consent(Connection& connection) {
    connection.run(R"(
        CREATE TABLE IF NOT EXISTS "consent"(
            "id" INTEGER PRIMARY KEY, "at" TEXT NOT NULL, "key" TEXT NOT NULL, "base" TEXT NOT NULL,
            "address" TEXT, "channel" TEXT NOT NULL, "topic" TEXT, "act" TEXT NOT NULL,
            "basis" TEXT, "source" TEXT, "proof" TEXT, "operation" INTEGER) STRICT;
        CREATE INDEX IF NOT EXISTS "consent_key" ON "consent"("key");
        CREATE INDEX IF NOT EXISTS "consent_base" ON "consent"("base"))");
}

void make_gate_runs(Connection& connection) {
    connection.run(R"(
        CREATE TABLE IF NOT EXISTS "gate_run"(
            "id" INTEGER PRIMARY KEY, "at" TEXT NOT NULL, "file" TEXT NOT NULL, "gate" TEXT NOT NULL,
            "state" TEXT NOT NULL, "value" TEXT, "base" INTEGER, "limit" TEXT) STRICT)");
}

void make_campaign_mail(Connection& connection) {
    connection.run(R"(
        CREATE TABLE IF NOT EXISTS "campaign_mail"(
            "id" INTEGER PRIMARY KEY, "key" TEXT NOT NULL UNIQUE, "campaign" INTEGER NOT NULL,
            "step" INTEGER NOT NULL, "member" INTEGER NOT NULL, "mail" INTEGER NOT NULL,
            "position" INTEGER NOT NULL, "variant" TEXT, "values" TEXT) STRICT;
        CREATE INDEX IF NOT EXISTS "campaign_mail_delivery" ON "campaign_mail"("mail", "position");
        CREATE INDEX IF NOT EXISTS "campaign_mail_step" ON "campaign_mail"("campaign", "step");
        CREATE INDEX IF NOT EXISTS "campaign_mail_member" ON "campaign_mail"("member"))");
}

void make_indexes(Connection& connection, const Entity& entity) {
    for (const Index& index : indexes(entity))
        connection.run(index.create);
}

void complete_schema(Connection& connection, const meta::Model& model) {
    std::string ddl = all_shared_tables(connection);
    for (const Entity& entity : model.entities()) {
        if (!connection.has_table(entity.noun))
            continue;
        for (const Table& table : tables(entity)) {
            const std::vector<std::string> have = connection.columns(table.name);
            if (have.empty()) {
                ddl += table.create("CREATE TABLE");
                continue;
            }
            for (const auto& [name, definition] : table.columns)
                if (std::ranges::find(have, name) == have.end())
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
    if (!connection.has_table(entity.noun))
        return;
    for (const Table& table : tables(entity)) {
        const bool own = table.name == entity.noun;
        if (!own && table.name != std::string(entity.noun) + "_words")
            continue;
        const std::vector<std::string> have = connection.columns(table.name);
        for (const auto& [name, definition] : table.columns) {
            if (own ? std::ranges::find(field.columns, name, &meta::Column::name) ==
                          field.columns.end()
                    : name != field.name())
                continue;
            connection.run(
                std::ranges::find(have, name) != have.end()
                    ? fmt::format("UPDATE {0} SET {1}=NULL WHERE {1} IS NOT NULL",
                                  quoted(table.name), quoted(name))
                    : fmt::format("ALTER TABLE {} ADD COLUMN {}", quoted(table.name), definition));
        }
    }
}

namespace {

/// Until 6 the state of an operation was worked out from the undos after it. An undo comes after
/// what it undoes, so whether it stands is known when the latest are read first.
void add_undone_by(Connection& connection) {
    const std::vector<std::string> have = connection.columns("operation");
    if (std::ranges::find(have, "undone_by") != have.end())
        return;
    connection.run(R"(ALTER TABLE "operation" ADD COLUMN "undone_by" INTEGER)");
    Statement undos = connection.prepare(
        R"(SELECT "id", "undoes" FROM "operation" WHERE "undoes" IS NOT NULL ORDER BY "id" DESC)");
    std::map<std::int64_t, std::int64_t> undone;  // and by which operation
    while (undos.step())
        if (!undone.contains(undos.integer(0)))
            undone.try_emplace(undos.integer(1), undos.integer(0));
    Statement set =
        connection.prepare(R"(UPDATE "operation" SET "undone_by" = ?2 WHERE "id" = ?1)");
    for (const auto& [operation, by] : undone)
        set.with(operation, by).run();
}

/// Until 5 the stages of a deal lay in the history alone: the changes that were not taken back,
/// after the first stage.
void fill_stages(Connection& connection) {
    if (!connection.has_table("deal_stages"))
        return;
    constexpr std::string_view moves =
        R"("change" c JOIN "operation" o ON o."id" = c."operation" WHERE c."noun" = 8 AND c."field" = 'stage' AND o."undoes" IS NULL AND o."undone_by" IS NULL)";
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
        if (connection.has_table(table))
            connection.run(fmt::format(
                R"(UPDATE {} SET "quantity" = "quantity" * 1000, "discount" = "discount" * 100, "tax" = "tax" * 100)",
                quoted(table)));
}

/// Until 7 the state of a mail was any text; now it follows from the outbox, the direction and the
/// time of sending. A text that says something else stays, as a property of another program.
void compute_mail_state(Connection& connection) {
    const std::vector<std::string> have = connection.columns("mail");
    if (std::ranges::find(have, "state") == have.end())
        return;
    Statement mails = connection.prepare(
        R"(SELECT "id", "state", coalesce("extra", ''), CASE WHEN "direction" = 'Inbound' THEN 'received'
               WHEN "direction" = 'Outbound' AND "sent_at" IS NOT NULL THEN 'sent' ELSE 'draft' END
           FROM "mail" WHERE "state" IS NOT NULL)");
    Statement keep = connection.prepare(R"(UPDATE "mail" SET "extra" = ?2 WHERE "id" = ?1)");
    std::vector<std::pair<std::int64_t, std::string>> kept;
    while (mails.step()) {
        if (text::key(mails.text(1)) == mails.text(3))
            continue;
        std::string extra(mails.text(2));
        extra += (extra.empty() ? "" : "\n") + meta::extra_property("state", mails.text(1));
        kept.emplace_back(mails.integer(0), std::move(extra));
    }
    for (const auto& [mail, extra] : kept)
        keep.with(mail, extra).run();
    connection.run(R"(DROP INDEX IF EXISTS "mail_state_index";
                      ALTER TABLE "mail" DROP COLUMN "state")");
}

/// Until 8 only hashes of addresses of people who were erased and had objected to mail were kept.
void fill_consent(Connection& connection) {
    if (!connection.has_table("suppression"))
        return;
    make_consent(connection);
    connection.run(R"(
        INSERT INTO "consent"("at", "key", "base", "channel", "act", "source")
        SELECT coalesce((SELECT max("at") FROM "operation"), '1970-01-01T00:00:00Z'),
            "hash", "hash", 'mail', 'out', 'erased' FROM "suppression" ORDER BY "hash";
        DROP TABLE "suppression")");
}

/// Until 10 zones and recurrences were any text. What is none of them now is kept in "extra".
void check_texts(Connection& connection, std::string_view table, std::string_view field,
                 const std::function<std::string(const std::string&)>& read) {
    if (!connection.has_table(table))
        return;
    Statement all = connection.prepare(fmt::format(
        "SELECT DISTINCT {0} FROM {1} WHERE {0} IS NOT NULL", quoted(field), quoted(table)));
    std::vector<std::string> values;
    while (all.step())
        values.emplace_back(all.text(0));
    for (const std::string& value : values) {
        const std::string now = read(value);
        if (now == value)
            continue;
        if (!now.empty()) {
            connection
                .prepare(fmt::format("UPDATE {1} SET {0} = ?2 WHERE {0} = ?1", quoted(field),
                                     quoted(table)))
                .with(value, now)
                .run();
            continue;
        }
        connection
            .prepare(fmt::format(
                R"(UPDATE {1} SET {0} = NULL, "extra" = coalesce("extra" || ?3, '') || ?2 WHERE {0} = ?1)",
                quoted(field), quoted(table)))
            .with(value, meta::extra_property(field, value), "\n")
            .run();
    }
}

void check_zones_and_recurrences(Connection& connection) {
    for (const std::string_view table : {"contact", "lead", "user"})
        check_texts(connection, table, "timezone", [](const std::string& zone) {
            const auto name = read_zone(zone);
            return name ? *name : zone_of_other_system(zone);
        });
    check_texts(connection, "task", "recurrence", [](const std::string& typed) {
        return recurrence_text(typed, nullptr).value_or("");
    });
}

/// The searched fields that users declared, which the model has only once the database is open.
std::vector<std::string> custom_words(Connection& connection, const Entity& entity) {
    std::vector<std::string> out;
    if (!connection.has_table("field"))
        return out;
    const std::vector<std::string> columns =
        connection.columns(std::string(entity.noun) + "_words");
    Statement get = connection.prepare(fmt::format(
        R"(SELECT "name" FROM "field" WHERE "noun" = ?1 AND "searched" = 1 AND {} ORDER BY "id")",
        live()));
    for (get.with(entity.noun); get.step();)
        if (std::ranges::find(columns, get.text(0)) != columns.end())
            out.emplace_back(get.text(0));
    return out;
}

/// The full text of earlier releases has other words.
void fill_full_text(Connection& connection, const meta::Model& model) {
    const FullText& full_text = connection.dialect().full_text();
    connection.run(full_text.clear());
    for (const Entity& entity : model.entities()) {
        if (!connection.has_table(entity.noun))
            continue;
        auto [name, rest] = search_columns(entity, words_columns(entity));
        for (const std::string& column : custom_words(connection, entity))
            rest += fmt::format(" || coalesce({} || ' ', '')", quoted(column));
        connection.run(
            full_text.add_from(search_number(entity), name, rest,
                               fmt::format(R"(FROM {} ORDER BY "id")", words_table(entity))));
    }
}

}  // namespace

void migrate(Connection& connection, const meta::Model& model) {
    const std::int64_t version = connection.schema_version();
    if (version >= schema_version)
        return;
    if (version < 7)
        add_undone_by(connection);
    if (version < 12) {
        set_campaign_texts_aside(connection);
        set_service_texts_aside(connection);
        rename_articles(connection);
    }
    complete_schema(connection, model);
    // What is more than a table, a column or an index that was not there is a step of its own here.
    if (version < 6) {
        fill_stages(connection);
        split_units(connection);
    }
    if (version < 8)
        compute_mail_state(connection);
    if (version < 9)
        fill_consent(connection);
    if (version < 11)
        check_zones_and_recurrences(connection);
    if (version < 12) {
        make_service_records(connection, model);
        fill_versions(connection, model);
        make_campaign_records(connection, model);
        fill_full_text(connection, model);
    }
    connection.set_schema_version(schema_version);
}

}  // namespace crm::sql
