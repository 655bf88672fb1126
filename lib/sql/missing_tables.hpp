#pragma once

#include "meta/entity.hpp"
#include "sql/connection.hpp"

#include <set>
#include <string>
#include <string_view>

namespace crm::sql {

/// Makes the tables of a noun before a statement uses one of them for the first time
/// (Connection::before_use): kept when the connection may write, else empty ones that only this
/// connection sees. Views (views.hpp) are only ever made for the connection.
class MissingTables {
public:
    MissingTables(Connection& connection, const meta::Model& model)
        : connection_(connection), model_(model) {}

    void make_ready(std::string_view table, bool changed);

private:
    void make(const meta::Entity& entity);
    void make_linked(const meta::Entity& entity, std::string_view table);
    void make_view(std::string_view name);

    Connection& connection_;
    const meta::Model& model_;
    std::set<std::string, std::less<>> temporary_;  ///< nouns and views made for this connection
};

}  // namespace crm::sql
