#include "store/phone_search.hpp"

#include "base/phone.hpp"
#include "meta/type.hpp"

#include <algorithm>

namespace crm::store {

bool has_phone(const Record& record, std::string_view number) {
    const std::string& country = record.entity->model().country();
    return std::ranges::any_of(record.entity->fields(), [&](const meta::FieldInfo& field) {
        return field.type() == meta::Type::phone &&
               std::ranges::any_of(
                   meta::read_items(record.text(field)),
                   [&](const meta::Item& item) { return same_phone(item.value, number, country); });
    });
}

std::vector<std::int64_t> with_phone(Store& store, const meta::Entity& entity,
                                     std::string_view number) {
    constexpr std::size_t fewest_digits = 7;
    if (phone_digits(number).size() < fewest_digits)
        return {};
    std::vector<std::int64_t> ids = store.look_up(meta::Lookup::phone, phone_key(number), entity);
    std::erase_if(ids, [&](std::int64_t id) { return !has_phone(store.get(entity, id), number); });
    return ids;
}

}  // namespace crm::store
