#include "sql/damage.hpp"

#include "base/error.hpp"
#include "sql/connection.hpp"
#include "sql/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace crm::sql {
namespace {

constexpr std::string_view tables_of_no_noun[] = {
    "store", "sequence", "operation", "change", "source", "import_row", "lookup", "tag", "blob"};

/// Of the tables that belong to no noun, what a new database has.
std::string missing_shared_column(Connection& connection) {
    Connection whole(":memory:", Mode::creating);
    create_schema(whole);
    for (const std::string_view table : tables_of_no_noun) {
        const std::vector<std::string> there = connection.columns(table);
        for (const std::string& column : whole.columns(table))
            if (std::ranges::find(there, column) == there.end())
                return fmt::format("the table {} has no column {}", table, column);
    }
    return {};
}

std::string missing_column(Connection& connection, const meta::Entity& entity) {
    const std::vector<std::string> there = connection.columns(entity.noun);
    for (const meta::FieldInfo& field : entity.fields()) {
        if (there.empty() || field.computed() || field.type() == meta::Type::rows)
            continue;
        for (const auto& column : field.columns)
            if (std::ranges::find(there, std::string_view(column.name)) == there.end())
                return fmt::format("the table {} has no column {}", entity.noun, column.name);
    }
    return {};
}

}  // namespace

std::string damage_of(const std::string& path, const meta::Model& model) {
    try {
        Connection connection(path, Mode::reading);
        if (const auto faults = connection.faults(); !faults.empty())
            return faults.front();
        for (const meta::Entity& entity : model.entities())
            if (std::string missing = missing_column(connection, entity); !missing.empty())
                return missing;
        return missing_shared_column(connection);
    } catch (const Error& e) {
        return e.message;
    }
}

}  // namespace crm::sql
