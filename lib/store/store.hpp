#pragma once

#include "meta/entity.hpp"
#include "sql/connection.hpp"
#include "sql/missing_tables.hpp"
#include "store/record.hpp"
#include "store/rule.hpp"

#include <chrono>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crm::store {

/// An open store: one file, its nouns and its settings.
class Store {
public:
    /// Makes a new store; refuses a file that exists.
    static void create(const std::string& path, std::string_view currency);
    /// Opens one. Throws not_found where there is no file, refused where it is not a store or a
    /// newer one.
    /// `rules`: what a Writer asks at every change; they outlive the store.
    Store(const std::string& path, sql::Mode mode, meta::Model& model, std::span<const Rule> rules);
    /// A custom field joins its noun (store/custom.hpp).
    void join(const meta::Custom& field) {
        readings_.clear();
        model_.add(field);
    }

    sql::Connection& db() { return connection_; }
    const meta::Model& model() const { return model_; }
    std::span<const Rule> rules() const { return rules_; }
    /// The nouns that have tables: all that ever had a record.
    std::vector<const meta::Entity*> nouns();
    const std::string& currency();
    void set_currency(std::string_view code);
    /// Secret of this store with which digests are keyed.
    std::uint64_t seed();
    void set_seed(std::uint64_t seed);

    /// A record by its number, also from the trash; nothing when there is none (or its addition was
    /// undone).
    std::optional<Record> find(const meta::Entity& entity, std::int64_t id);
    Record get(const meta::Entity& entity, std::int64_t id);
    /// The live records for which a condition of SQL on values (?1, ?2, …) holds, in the order of
    /// their numbers.
    std::vector<Record> live(const meta::Entity& entity, std::string_view condition,
                             std::initializer_list<View> values);
    bool exists(const meta::Entity& entity, std::int64_t id);
    /// Which of the records from `first` to `last` an operation after this one touched.
    std::vector<std::int64_t> touched_after(const meta::Entity& entity, std::int64_t first,
                                            std::int64_t last, std::int64_t operation);
    /// The name of a record for showing a link; empty when there is none.
    std::string name(const meta::Entity& entity, std::int64_t id);
    /// Ids of live records under a key of the look-up table.
    std::vector<std::int64_t> look_up(meta::Lookup kind, std::string_view key,
                                      const meta::Entity& entity);
    /// Ids of live records with this uid.
    std::vector<std::int64_t> by_uid(const meta::Entity& entity, std::string_view uid);
    /// The stored spelling of a tag that has been used; nothing for a new one.
    std::optional<std::string> tag(std::string_view word);

    /// Several dry runs after another number their records one after the other: the last number
    /// that a dry run gave, and 0 where there was none.
    void count_dry_run(const meta::Entity& entity, std::int64_t last) {
        dry_run_numbers_[entity.number] = last;
    }
    std::int64_t last_of_dry_run(const meta::Entity& entity) const {
        const auto known = dry_run_numbers_.find(entity.number);
        return known == dry_run_numbers_.end() ? 0 : known->second;
    }
    /// What is written next is numbered as if there had been no dry run.
    void forget_dry_runs() { dry_run_numbers_.clear(); }

private:
    /// What reads the records of a noun, prepared once: a command may read thousands.
    struct Reading {
        sql::Statement get;
        std::vector<std::pair<const meta::FieldInfo*, sql::Statement>> lists;
    };
    Reading& reading(const meta::Entity& entity);
    Record read(const meta::Entity& entity, const sql::Statement& row, Reading& reading);
    std::string setting(std::string_view key);
    sql::Statement& cached(std::string_view key, const std::string& text);

    meta::Model& model_;
    std::span<const Rule> rules_;
    sql::Connection connection_;
    sql::MissingTables missing_tables_;
    std::optional<sql::Snapshot> snapshot_;
    std::optional<std::string> currency_;
    std::optional<std::uint64_t> seed_;
    std::map<int, std::int64_t> dry_run_numbers_;
    std::map<std::string, sql::Statement, std::less<>> statements_;
    std::map<int, Reading> readings_;  ///< by the number of the noun
};

/// `SELECT` list of a record's cells, in order: "id", "uid", the cells, "deleted_at".
std::string cell_columns(const meta::Entity& entity, std::string_view alias);

}  // namespace crm::store
