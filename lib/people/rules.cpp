#include "people/rules.hpp"

#include "store/erase.hpp"

namespace crm::people {

using meta::FieldInfo;
using store::Asked;
using store::Record;
using store::Rule;
using store::RuleContext;

namespace {

/// A person who was erased and had do_not_mail set has it again when they are added again.
void keep_suppressed(RuleContext& context, const Record* before, Record& person) {
    if (before != nullptr || !context.has_table("suppression"))
        return;
    const FieldInfo& emails = *person.entity->find("emails");
    for (const meta::Item& item : meta::read_items(person.text(emails)))
        if (store::is_suppressed(context.store(), item.value))
            person.put(*person.entity->find("do_not_mail"), {Value(std::int64_t{1})});
}

constexpr Rule table[] = {
    {"contact", keep_suppressed, nullptr, nullptr, Asked::changes},
};

}  // namespace

std::span<const Rule> rules() {
    return table;
}

}  // namespace crm::people
