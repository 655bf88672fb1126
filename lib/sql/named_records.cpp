#include "sql/named_records.hpp"

#include "base/text.hpp"
#include "meta/type.hpp"
#include "sql/schema.hpp"
#include "time/date.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace crm::sql {

using meta::Entity;
using meta::FieldInfo;

namespace {

constexpr int longest_name = 60;  ///< columns on a terminal

void make_missing_table(Connection& connection, const Entity& entity) {
    if (!connection.has_table(entity.noun))
        make_tables(connection, entity);
}

std::int64_t seconds_of(const std::string& at) {
    return iso_instant(at).value_or(Instant{}).seconds;
}

/// Old and new value of a field in the history, where they are names of records now.
void rename_in_history(Connection& connection, const Entity& of, std::string_view old_field,
                       const std::string& name, const std::string& id) {
    for (const std::string_view column : {"old", "new"})
        connection
            .prepare(fmt::format(
                R"(UPDATE "change" SET {0} = ?4 WHERE "noun" = ?1 AND "field" = ?2 AND {0} = ?3)",
                quoted(column)))
            .with(of.number, old_field, name, id)
            .run();
}

/// The texts of a column, also those that only the history has, since an undo puts them back.
std::vector<std::string> texts_of(Connection& connection, const Entity& of, std::string_view column,
                                  std::string_view old_field) {
    Statement names = connection.prepare(
        fmt::format(R"(SELECT {0} FROM {1} WHERE {0} IS NOT NULL GROUP BY {0} ORDER BY min("id"))",
                    quoted(column), quoted(of.noun)));
    std::vector<std::string> texts;
    while (names.step())
        texts.emplace_back(names.text(0));
    Statement past = connection.prepare(
        R"(SELECT "old", "new" FROM "change" WHERE "noun" = ?1 AND "field" = ?2 ORDER BY "id")");
    for (past.with(of.number, old_field); past.step();)
        for (const int i : {0, 1})
            if (!past.null(i) && std::ranges::find(texts, past.text(i)) == texts.end())
                texts.emplace_back(past.text(i));
    return texts;
}

}  // namespace

bool has_column(Connection& connection, std::string_view table, std::string_view column) {
    const std::vector<std::string> have = connection.columns(std::string(table));
    return std::ranges::find(have, column) != have.end();
}

std::string last_change(Connection& connection) {
    Statement get = connection.prepare(
        R"(SELECT coalesce(max("at"), '1970-01-01T00:00:00Z') FROM "operation")");
    get.step();
    return std::string(get.text(0));
}

void make_linked_tables(Connection& connection, const Entity& entity) {
    const auto make_target = [&](const FieldInfo& field) {
        if (field.type() == meta::Type::link && field.to != nullptr)
            make_missing_table(connection, *field.to);
    };
    for (const FieldInfo& field : entity.fields()) {
        make_target(field);
        if (field.type() == meta::Type::rows)
            std::ranges::for_each(field.rows, make_target);
    }
}

NewRecords::NewRecords(Connection& connection, const Entity& entity)
    : connection_(connection),
      entity_(entity),
      now_(sql::last_change(connection)),
      uuids_(seconds_of(now_)) {
    make_missing_table(connection, entity);
    Statement last = connection.prepare(R"(SELECT "last" FROM "sequence" WHERE "noun" = ?1)");
    if (last.with(entity.noun).step())
        before_ = last_ = last.integer(0);
    if (entity.name() != nullptr)
        read_names();
}

void NewRecords::read_names() {
    Statement all =
        connection_.prepare(fmt::format(R"(SELECT "id", {0} FROM {1}
                       WHERE {0} IS NOT NULL AND "deleted_at" IS NULL AND "undone" IS NULL
                       ORDER BY "id")",
                                        quoted(entity_.name()->name()), quoted(entity_.noun)));
    while (all.step())
        ids_.try_emplace(text::folded(all.text(1)), all.integer(0));
}

std::int64_t NewRecords::of(const std::string& name) {
    const auto [known, is_new] = ids_.try_emplace(text::folded(name), last_ + 1);
    if (is_new)
        add(text::clipped(name, longest_name));
    return known->second;
}

std::int64_t NewRecords::add(const std::string& name) {
    const std::int64_t id = ++last_;
    connection_
        .prepare(fmt::format(R"(INSERT INTO {}("id", "uid", "created_at", "updated_at")
                                VALUES(?1, ?2, ?3, ?3))",
                             quoted(entity_.noun)))
        .with(id, uuids_.next(), now_)
        .run();
    fill_initial(id);
    connection_
        .prepare(fmt::format(R"(INSERT INTO {}("id") VALUES(?1))",
                             quoted(std::string(entity_.noun) + "_words")))
        .with(id)
        .run();
    if (entity_.name() != nullptr)
        put_name(id, name);
    return id;
}

void NewRecords::put_name(std::int64_t id, const std::string& name) {
    const FieldInfo& field = *entity_.name();
    const std::string column = quoted(field.name());
    connection_
        .prepare(
            fmt::format(R"(UPDATE {} SET {} = ?2 WHERE "id" = ?1)", quoted(entity_.noun), column))
        .with(id, name)
        .run();
    const std::string words = text::words(name);
    connection_
        .prepare(fmt::format(R"(UPDATE {} SET {} = ?2 WHERE "id" = ?1)",
                             quoted(std::string(entity_.noun) + "_words"), column))
        .with(id, words)
        .run();
    const View cells[] = {View(std::string_view(name))};
    for (const std::string& key : meta::lookup_keys(field, cells))
        connection_
            .prepare(
                R"(INSERT INTO "lookup"("kind", "key", "noun", "record") VALUES(?1, ?2, ?3, ?4))")
            .with(static_cast<int>(*meta::lookup_kind(field)), key, entity_.number, id)
            .run();
}

void NewRecords::fill_initial(std::int64_t id) {
    for (const FieldInfo& field : entity_.fields()) {
        const std::string_view initial = field.field->more.initial;
        if (initial.empty())
            continue;
        const auto values = meta::read(field, initial, {});
        connection_
            .prepare(fmt::format(R"(UPDATE {} SET {} = ?2 WHERE "id" = ?1)", quoted(entity_.noun),
                                 quoted(field.columns.front().name)))
            .with(id, values->front())
            .run();
    }
}

void NewRecords::finish() {
    if (last_ == before_)
        return;
    connection_.prepare(R"(DELETE FROM "sequence" WHERE "noun" = ?1)").with(entity_.noun).run();
    connection_.prepare(R"(INSERT INTO "sequence"("noun", "last") VALUES(?1, ?2))")
        .with(entity_.noun, last_)
        .run();
}

void link_texts(Connection& connection, const Entity& of, std::string_view column,
                std::string_view old_field, const FieldInfo& link,
                void (*added)(Connection&, std::int64_t, const std::string&)) {
    const std::vector<std::string> texts = texts_of(connection, of, column, old_field);
    if (!texts.empty()) {
        NewRecords records(connection, *link.to);
        for (const std::string& text : texts) {
            const std::string name(text::trimmed(text));
            const std::int64_t id = records.of(name);
            if (added != nullptr && records.is_new(id))
                added(connection, id, name);
            connection
                .prepare(fmt::format("UPDATE {} SET {} = ?2 WHERE {} = ?1", quoted(of.noun),
                                     quoted(link.columns.front().name), quoted(column)))
                .with(text, id)
                .run();
            rename_in_history(connection, of, old_field, text, meta::short_id(*link.to, id));
        }
        records.finish();
    }
    if (old_field != link.name())
        connection.prepare(R"(UPDATE "change" SET "field" = ?3 WHERE "noun" = ?1 AND "field" = ?2)")
            .with(of.number, old_field, link.name())
            .run();
    connection.run(fmt::format("ALTER TABLE {} DROP COLUMN {}", quoted(of.noun), quoted(column)));
}

}  // namespace crm::sql
