#pragma once

#include "base/id.hpp"
#include "meta/entity.hpp"
#include "sql/connection.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

/// Steps of the schema that make records of texts.
namespace crm::sql {

bool has_column(Connection& connection, std::string_view table, std::string_view column);

/// When the last change was made: the same on every machine.
std::string last_change(Connection& connection);

/// Makes the tables that a noun links to: rows that refer to a table are only written where it is
/// there.
void make_linked_tables(Connection& connection, const meta::Entity& entity);

/// New records of one noun, as the writer would make them.
class NewRecords {
public:
    NewRecords(Connection& connection, const meta::Entity& entity);

    /// Adds one with its uid, times and initial values; `name` may be empty where the noun has
    /// none.
    std::int64_t add(const std::string& name);
    /// The record of that name, which may be new; letters of both cases are the same.
    std::int64_t of(const std::string& name);
    /// How often `of` had to add one.
    bool is_new(std::int64_t id) const { return id > before_; }
    /// Counts the next records from here.
    void finish();

    const std::string& now() const { return now_; }

private:
    void read_names();
    void fill_initial(std::int64_t id);
    void put_name(std::int64_t id, const std::string& name);

    Connection& connection_;
    const meta::Entity& entity_;
    std::string now_;
    Uuids uuids_;
    std::map<std::string, std::int64_t> ids_;
    std::int64_t before_ = 0, last_ = 0;
};

/// Makes records of the texts in a column of `of`, and the links to them; the column goes.
/// `old_field` is what the field was called. `added` is told of every record that was new, and its
/// text.
void link_texts(Connection& connection, const meta::Entity& of, std::string_view column,
                std::string_view old_field, const meta::FieldInfo& link,
                void (*added)(Connection&, std::int64_t, const std::string&) = nullptr);

}  // namespace crm::sql
