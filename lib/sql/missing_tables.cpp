#include "sql/missing_tables.hpp"

#include "sql/schema.hpp"
#include "sql/tables_named.hpp"
#include "sql/views.hpp"

#include <algorithm>

namespace crm::sql {
namespace {

using meta::Entity;
using meta::FieldInfo;

/// The noun that a table belongs to: contact of contact_accounts; null for other tables.
const Entity* noun_of(const meta::Model& model, std::string_view table) {
    const std::string_view noun = table.substr(0, table.find('_'));
    const auto all = model.entities();
    const auto it = std::ranges::find(all, noun, &Entity::noun);
    return it == all.end() ? nullptr : &*it;
}

}  // namespace

void MissingTables::make_ready(std::string_view table, bool changed) {
    if (table.starts_with("v_"))
        return make_view(table);
    const Entity* entity = noun_of(model_, table);
    if (entity == nullptr)
        return;
    make(*entity);
    if (changed)
        make_linked(*entity, table);
}

void MissingTables::make(const Entity& entity) {
    if (connection_.has_table(entity.noun) || temporary_.contains(entity.noun))
        return;
    if (connection_.mode() != Mode::reading)
        return make_tables(connection_, entity);
    temporary_.emplace(entity.noun);
    connection_.run_temporary(temporary_tables(entity));
}

/// What rows refer to must be there to be checked.
void MissingTables::make_linked(const Entity& entity, std::string_view table) {
    const auto make_target = [&](const FieldInfo& field) {
        if (field.type() == meta::Type::link && field.to != nullptr)
            make(*field.to);
    };
    for (const FieldInfo& field : entity.fields()) {
        if (table == entity.noun)
            make_target(field);
        else if (field.type() == meta::Type::rows && field.table() == table)
            std::ranges::for_each(field.rows, make_target);
    }
}

void MissingTables::make_view(std::string_view name) {
    const Entity* entity = noun_of(model_, name.substr(2));
    if (entity == nullptr || temporary_.contains(name))
        return;
    std::string view;
    if (name == view_name(*entity))
        view = create_view(*entity, nullptr, true);
    for (const FieldInfo& field : entity->fields())
        if (field.type() == meta::Type::rows && name == view_name(*entity, &field))
            view = create_view(*entity, &field, true);
    if (view.empty())
        return;
    temporary_.emplace(name);
    each_table_named(view, [&](std::string_view table, bool) { make_ready(table, false); });
    connection_.run_temporary(view);
}

}  // namespace crm::sql
