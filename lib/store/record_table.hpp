#pragma once

#include "store/batch.hpp"
#include "store/store.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crm::store {

/// What is written for a text: NULL where it is empty.
inline View text_or_null(std::string_view text) {
    return text.empty() ? View() : View(text);
}

/// Writes records of one noun into its table and those of its rows, and nothing else: neither the
/// history nor what is derived from them.
class RecordTable {
public:
    /// `indexed`: its secondary indexes are there.
    RecordTable(Store& store, const meta::Entity& entity, bool indexed);

    void insert(const Record& record);
    /// Very many at once, each table by one statement.
    void load(const Batch& records);
    /// Writes the uid and these fields.
    void update(const Record& record, std::span<const meta::FieldInfo* const> fields);
    /// Moves a record into the trash, or out of it where `at` is empty.
    void update_deleted_at(std::int64_t id, std::string_view at);
    void update_updated_at(std::int64_t id, std::string_view at);
    /// Removes a record and its rows.
    void remove(std::int64_t id);

    /// Makes the secondary indexes unless they are there: while few records exist they cost more
    /// than they help.
    void make_indexes();

private:
    void insert_rows(const Record& record, const meta::FieldInfo& field);
    void remove_rows(std::int64_t id, const meta::FieldInfo& field);
    void load_rows(const Batch& records, const meta::FieldInfo& field);

    Store& store_;
    const meta::Entity& entity_;
    sql::Statement insert_;
    std::map<std::string, sql::Statement> updates_;  // by the columns that they set
    std::vector<sql::Statement> insert_rows_;        // by the number of the row list
    std::vector<sql::Statement> remove_rows_;
    bool indexed_;
};

}  // namespace crm::store
