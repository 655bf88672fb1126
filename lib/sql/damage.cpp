#include "sql/damage.hpp"

#include "base/error.hpp"
#include "sql/connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace crm::sql {
namespace {

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
        return {};
    } catch (const Error& e) {
        return e.message;
    }
}

}  // namespace crm::sql
