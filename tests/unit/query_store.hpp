#pragma once

#include "base/pattern.hpp"
#include "base/text.hpp"
#include "meta/type.hpp"
#include "query/lower.hpp"
#include "sql/schema.hpp"
#include "sql/sqlite/engine.hpp"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

/// A small store in memory, as the store's own tables are, to run conditions against.
class QueryStore {
public:
    using Cells = std::initializer_list<std::pair<std::string, std::string>>;

    QueryStore() {
        REQUIRE(sqlite3_open(":memory:", &db_) == SQLITE_OK);
        sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
        crm::sql::add_full_text_function(db_);
        sqlite3_create_function(db_, "crm_match", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                                match, nullptr, nullptr);
        run("CREATE VIRTUAL TABLE search USING fts5(name, text, content='', tokenize='ascii');"
            "CREATE TABLE lookup(kind INTEGER, key TEXT, noun INTEGER, record INTEGER, PRIMARY "
            "KEY(kind, key, noun, record)) WITHOUT ROWID;");
        for (const auto& entity : model.entities()) {
            std::string columns;
            for (const auto& field : entity.fields()) {
                for (const auto& c : field.columns)
                    columns += ", \"" + c.name + (c.integer ? "\" INTEGER" : "\" TEXT");
                if (field.rows.empty())
                    continue;
                std::string inner;
                for (const auto& part : field.rows)
                    for (const auto& c : part.columns)
                        inner += ", \"" + c.name + (c.integer ? "\" INTEGER" : "\" TEXT");
                run("CREATE TABLE \"" + field.table() + "\"(record INTEGER, position INTEGER" +
                    inner + ") STRICT");
            }
            run("CREATE TABLE \"" + std::string(entity.noun) +
                "\"(id INTEGER PRIMARY KEY, uid TEXT, deleted_at TEXT" + columns + ") STRICT");
            columns.clear();
            for (const auto& w : crm::sql::words_columns(entity))
                columns += ", \"" + w.name + "\" TEXT";
            run("CREATE TABLE \"" + std::string(entity.noun) + "_words\"(id INTEGER PRIMARY KEY" +
                columns + ") STRICT");
        }
    }
    ~QueryStore() { sqlite3_close(db_); }
    QueryStore(QueryStore&&) = delete;

    /// Adds a record by its column texts, with its words, look-ups and full text.
    void add(std::string_view noun, int id, Cells cells) {
        const auto& entity = model.get(noun);
        insert(std::string(noun), "id", id, cells);
        std::string words_names, words_values, all;
        for (const auto& w : crm::sql::words_columns(entity)) {
            std::string value;
            for (std::size_t i = 0; i < w.field->columns.size(); ++i)
                if (w.part < 0 || w.part == static_cast<int>(i))
                    value += cell(cells, w.field->columns[i].name) + " ";
            value = crm::text::words(value);
            if (value.empty())
                continue;
            words_names += ", \"" + w.name + "\"";
            words_values += ", " + literal(value);
            all += value + " ";
        }
        run("INSERT INTO \"" + std::string(noun) + "_words\"(id" + words_names + ") VALUES(" +
            std::to_string(id) + words_values + ")");
        run("INSERT INTO search(rowid, text) VALUES(" +
            std::to_string(crm::sql::search_id(entity.number, id)) + ", crm_indexed(" +
            literal(all) + "))");
        for (const auto& field : entity.fields()) {
            const auto kind = crm::meta::lookup_kind(field);
            if (!kind)
                continue;
            const std::string value = cell(cells, field.columns[0].name);
            if (value.empty())
                continue;
            const crm::View view{std::string_view(value)};
            for (const auto& key : crm::meta::lookup_keys(field, std::span(&view, 1)))
                run("INSERT OR IGNORE INTO lookup VALUES(" +
                    std::to_string(static_cast<int>(*kind)) + ", " + literal(key) + ", " +
                    std::to_string(entity.number) + ", " + std::to_string(id) + ")");
        }
    }
    void row(const std::string& table, int record, Cells cells) {
        insert(table, "record", record, cells);
    }

    /// Ids of the records of a noun that a query finds, or "! code" and the message.
    std::string find(std::string_view noun, const std::vector<std::string>& words) {
        auto condition = crm::query::compile(words, model.get(noun), context, "r", 3);
        if (!condition)
            return "! " + condition.error().code + ": " + condition.error().message;
        const std::string text = "SELECT r.id FROM \"" + std::string(noun) +
                                 "\" r WHERE r.deleted_at IS NULL AND ?1 IS NULL AND ?2 IS NULL" +
                                 (condition->sql.empty() ? "" : " AND " + condition->sql) +
                                 " ORDER BY 1";
        sqlite3_stmt* s = nullptr;
        const int rc = sqlite3_prepare_v2(db_, text.c_str(), -1, &s, nullptr);
        REQUIRE_MESSAGE(rc == SQLITE_OK, sqlite3_errmsg(db_), "\n", text);
        REQUIRE(sqlite3_bind_parameter_count(s) == static_cast<int>(condition->binds.size()) + 2);
        int at = 2;
        for (const auto& v : condition->binds) {
            ++at;
            if (const auto* n = std::get_if<std::int64_t>(&v))
                sqlite3_bind_int64(s, at, *n);
            else if (const auto* t = std::get_if<std::string>(&v))
                sqlite3_bind_text(s, at, t->c_str(), static_cast<int>(t->size()), SQLITE_TRANSIENT);
        }
        std::string out;
        int step;
        while ((step = sqlite3_step(s)) == SQLITE_ROW)
            out += (out.empty() ? "" : " ") + std::to_string(sqlite3_column_int(s, 0));
        CHECK_MESSAGE(step == SQLITE_DONE, sqlite3_errmsg(db_), "\n", text);
        sqlite3_finalize(s);
        return out;
    }

    void run(const std::string& sql) {
        char* error = nullptr;
        const int rc = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, &error);
        REQUIRE_MESSAGE(rc == SQLITE_OK, std::string(error ? error : ""), "\n", sql);
    }

    crm::meta::Model model;
    crm::Clock clock{{1795514400}, ""};  // Tue 2026-11-24T10:00:00Z
    crm::query::Context context{
        .model = model, .clock = clock, .dialect = &crm::sql::sqlite_dialect()};

private:
    static std::string literal(const std::string& s) {
        std::string out = "'";
        for (char c : s)
            out += c == '\'' ? "''" : std::string(1, c);
        return out + "'";
    }
    static std::string cell(Cells cells, const std::string& name) {
        for (const auto& [n, v] : cells)
            if (n == name)
                return v;
        return {};
    }
    void insert(const std::string& table, const char* key, int id, Cells cells) {
        std::string names = key, values = std::to_string(id);
        for (const auto& [n, v] : cells) {
            names += ", \"" + n + "\"";
            values += ", " + literal(v);
        }
        run("INSERT INTO \"" + table + "\"(" + names + ") VALUES(" + values + ")");
    }
    static void match(sqlite3_context* c, int, sqlite3_value** args) {
        if (sqlite3_value_type(args[1]) == SQLITE_NULL)
            return sqlite3_result_null(c);
        const auto text = [&](int i) {
            return std::string_view(reinterpret_cast<const char*>(sqlite3_value_text(args[i])),
                                    static_cast<std::size_t>(sqlite3_value_bytes(args[i])));
        };
        sqlite3_result_int(c, crm::Pattern::compile(text(0))->found_in(text(1)));
    }

    sqlite3* db_ = nullptr;
};
