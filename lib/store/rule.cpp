#include "store/rule.hpp"

#include "store/consent.hpp"
#include "store/store.hpp"
#include "store/unique.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace crm::store {

RuleContext::RuleContext(Store& store, Clock clock)
    : clock(std::move(clock)),
      now(this->clock.now.iso()),
      today(this->clock.today().iso()),
      store_(store) {}

RuleContext::~RuleContext() = default;

ConsentLedger& RuleContext::consent() {
    Store& now = store();  // when nothing else is working with it
    if (!consent_)
        consent_ = std::make_unique<ConsentLedger>(now);
    return *consent_;
}

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

bool is_given(const Record* before, const Record& after, const meta::FieldInfo& field) {
    if (after.is_given(field))
        return true;
    const auto cells = after.of(field);
    if (before != nullptr)
        return !std::ranges::equal(cells, before->of(field));
    return std::ranges::any_of(
        cells, [](const Value& v) { return !std::holds_alternative<std::monostate>(v); });
}

bool RuleContext::has_table(std::string_view name) {
    const auto known = tables_.find(name);
    if (known != tables_.end())
        return known->second;
    return tables_[std::string(name)] = store().db().has_table(name);
}

}  // namespace crm::store
