#include "store/views.hpp"

#include "sql/schema.hpp"
#include "sql/views.hpp"

#include <algorithm>

namespace crm::store {

std::string views_as_sql(Store& store) {
    std::string out;
    const auto nouns = store.nouns();
    for (const meta::Entity& entity : store.model().entities())
        if (std::ranges::find(nouns, &entity) == nouns.end())
            out += sql::temporary_tables(entity);
    for (const meta::Entity& entity : store.model().entities()) {
        out += sql::create_view(entity, nullptr, true);
        for (const meta::FieldInfo& field : entity.fields())
            if (field.type() == meta::Type::rows)
                out += sql::create_view(entity, &field, true);
    }
    return out;
}

}  // namespace crm::store
