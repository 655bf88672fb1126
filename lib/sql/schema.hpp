#pragma once

#include "meta/entity.hpp"
#include "sql/connection.hpp"

#include <string>
#include <vector>

/// The tables of a store, made from the declarations, and the steps from older stores to this one.
namespace crm::sql {

inline constexpr std::int64_t application_id = 0x43524d31;  ///< "CRM1", in the file's header
inline constexpr std::int64_t schema_version =
    6;  ///< in user_version; counted up when a release declares more

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

/// Makes the tables of the house in an empty file, in a transaction that the caller commits.
void create_schema(Connection& connection);

/// The tables of the noun that `table` belongs to, which come with its first record: what nobody
/// uses costs no command the reading of its schema. Not for good: empty ones that only this
/// connection sees, for queries of a noun without records. A view of views.hpp too, which is made
/// for this connection only. False when no noun has such a table.
bool make_tables(Connection& connection, const meta::Model& model, std::string_view table,
                 bool for_good);

/// The same as text, for another program: tables that only its connection sees.
std::string temporary_tables(const meta::Entity& entity);

/// Makes the tables of the house, and the tables, columns and indexes of the nouns in use, that are
/// declared and not there; the caller has a transaction open.
void complete_schema(Connection& connection, const meta::Model& model);

/// Makes the columns of a field that joins a noun in use; what a field of that name that is no more
/// had left in them is cleared. The caller has a transaction open.
void add_columns(Connection& connection, const meta::FieldInfo& field);

/// Throws unless the file says of itself, in its header, that it is a store of this version or an
/// older one: refused when it is another program's or a newer one. The engine has not touched it
/// then. A file that cannot be opened is left to the engine. Returns the version of its schema.
std::int64_t check_file(const std::string& path);

/// Takes an older store to this version, step by step; the caller has a transaction open. One that
/// is there by now, since somebody else was faster, is left alone.
void migrate(Connection& connection, const meta::Model& model);

}  // namespace crm::sql
