#include "exchange/incoming_row.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <variant>

namespace crm::exchange {

std::string town_of(const store::Record& record) {
    const meta::FieldInfo* address = record.entity->find("address");
    if (address == nullptr)
        return {};
    const auto* city = std::get_if<std::string>(&record.of(*address)[2]);
    return city == nullptr ? std::string() : text::folded(*city);
}

bool has_value(const store::Record& record, const meta::FieldInfo& field) {
    if (field.cells == 0)
        return false;
    return std::ranges::any_of(record.of(field), [](const Value& cell) {
        return !std::holds_alternative<std::monostate>(cell);
    });
}

bool lists_products(const meta::FieldInfo& field) {
    if (field.type() != meta::Type::rows)
        return false;
    const meta::FieldInfo& first = field.rows.front();
    return first.to != nullptr && first.to->role == meta::Role::product && !first.is(meta::unique);
}

}  // namespace crm::exchange
