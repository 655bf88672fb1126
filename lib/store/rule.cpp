#include "store/rule.hpp"

#include "store/store.hpp"
#include "store/unique.hpp"

namespace crm::store {

std::optional<Record> RuleContext::find(const meta::Entity& entity, std::int64_t id) {
    return store().find(entity, id);
}

std::string RuleContext::text_before(const Record& record, const meta::FieldInfo& field) {
    return record.text(field);
}

std::optional<Taken> RuleContext::taken(const Record* before, const Record& after) {
    for (const UniqueKey& key : new_unique_keys(before, after))
        for (const std::int64_t id : holders(store(), *after.entity, key))
            if (id != after.id)
                return Taken{key, store().get(*after.entity, id)};
    return {};
}

bool RuleContext::has_table(std::string_view name) {
    const auto known = tables_.find(name);
    if (known != tables_.end())
        return known->second;
    return tables_[std::string(name)] = store().db().has_table(name);
}

}  // namespace crm::store
