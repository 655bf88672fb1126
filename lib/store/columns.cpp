#include "store/columns.hpp"

#include "meta/type.hpp"

#include <fmt/format.h>

namespace crm::store {

std::vector<std::string> all_columns(const meta::Entity& entity, bool flat) {
    std::vector<std::string> out{"id", "uid"};
    for (const meta::FieldInfo& field : entity.fields()) {
        if (flat && field.is(meta::mirror))
            continue;
        if (flat && field.type() == meta::Type::address) {
            for (const std::string_view part : meta::address_parts())
                out.push_back(fmt::format("{}.{}", field.name(), part));
        } else {
            out.emplace_back(field.name());
        }
    }
    return out;
}

void add_columns(Selection& selection, const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
        auto column = select_column(selection.entity(), path);
        if (!column)
            throw column.error();
        selection.columns.push_back(std::move(*column));
    }
}

std::string cell_text(const SelectColumn& column, std::span<const View> cells, const Clock& clock) {
    if (column.single())
        return std::string(cells.front().text);
    return meta::text(*column.field, cells, &clock);
}

}  // namespace crm::store
