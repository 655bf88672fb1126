#pragma once

#include "meta/entity.hpp"
#include "sql/connection.hpp"

#include <string>
#include <vector>

/// The tables of a database, made from the declarations, and the steps from older ones to this
/// release's.
namespace crm::sql {

inline constexpr std::int64_t application_id = 0x43524d31;  ///< "CRM1", in the file's header
/// In user_version; counted up when a release declares more.
inline constexpr std::int64_t schema_version = 12;

/// Full text and look-ups name a record by one number: the noun's in the upper bits, so that a noun
/// is a range.
inline constexpr int noun_shift = 40;
constexpr std::int64_t search_id(int noun, std::int64_t record) {
    return (std::int64_t{noun} << noun_shift) | record;
}

/// Columns of "<noun>_words", which hold text::words of the searched fields: one per searched
/// field, and one for the city and the country of a searched address.
struct WordsColumn {
    std::string name;
    const meta::FieldInfo* field = nullptr;
    int part = -1;  ///< cell of the field; -1: the whole value
};
std::vector<WordsColumn> words_columns(const meta::Entity& entity);
/// The table of a noun's words, quoted.
std::string words_table(const meta::Entity& entity);
/// The number of a record's entry in the full text, out of the words table.
std::string search_number(const meta::Entity& entity);
/// The two columns of the full text, out of the words columns: the name, and everything else. Of
/// many records, the columns that are empty in all of them need not be asked for: `used`, by words
/// column.
std::pair<std::string, std::string> search_columns(const meta::Entity& entity,
                                                   std::span<const WordsColumn> words,
                                                   const std::vector<bool>* used = nullptr);

struct Index {
    std::string name;
    std::string create;  ///< the whole statement
};
/// The secondary indexes of a noun's tables.
std::vector<Index> indexes(const meta::Entity& entity);

/// A noun has its indexes from this number of records on: fewer are read through sooner than every
/// command would read what the indexes are called.
inline constexpr std::int64_t indexed_from = 1000;
void make_indexes(Connection& connection, const meta::Entity& entity);

/// Makes the tables that belong to no noun, in a transaction that the caller commits.
void create_schema(Connection& connection);

/// The tables of a noun, made with its first record: a noun without records costs no command the
/// reading of its schema (sql/missing_tables.hpp).
void make_tables(Connection& connection, const meta::Entity& entity);
/// The same as text: empty tables that only one connection sees.
std::string temporary_tables(const meta::Entity& entity);

/// Tables that are made with their first row, unless they are there: "cursor" has what jobs have
/// done (store/cursor.hpp), "consent" what people said about being written to and called
/// (store/consent.hpp), "gate_run" what gates have measured (store/gate_run.hpp), "campaign_mail"
/// which address has had which step of which campaign (mail/campaign_mail.hpp).
void make_cursors(Connection& connection);
void make_consent(Connection& connection);
void make_gate_runs(Connection& connection);
void make_campaign_mail(Connection& connection);

/// Makes the tables that belong to no noun, and the tables, columns and indexes of the nouns in
/// use, that are declared and not there; the caller has a transaction open.
void complete_schema(Connection& connection, const meta::Model& model);

/// Makes the columns of a field that joins a noun in use; what a field of that name that is no more
/// had left in them is cleared. The caller has a transaction open.
void add_columns(Connection& connection, const meta::FieldInfo& field);

/// Takes an older database to this version, step by step; the caller has a transaction open. One
/// that is there by now, since somebody else was faster, is left alone.
void migrate(Connection& connection, const meta::Model& model);

}  // namespace crm::sql
