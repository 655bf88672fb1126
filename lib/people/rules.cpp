#include "people/rules.hpp"

#include "exchange/card_export.hpp"
#include "form/card.hpp"

namespace crm::people {

using meta::FieldInfo;
using store::Asked;
using store::Record;
using store::Rule;
using store::RuleContext;

namespace {

/// What "extra" keeps of the wording of a card goes with the value that it was about: nobody finds
/// an address or a name there that was taken off the record. An import adds wordings of what it
/// brings, and leaves the others for the next change.
void drop_stale_wordings(RuleContext& context, const Record* before, Record& after) {
    const FieldInfo& extra = *after.entity->find("extra");
    if (before == nullptr || context.imported || !form::has_wordings(after.text(extra)))
        return;
    std::string kept = form::current_extra(exchange::card_fields(context.flushed(), after));
    if (kept != after.text(extra))
        after.put(extra, {kept.empty() ? Value() : Value(std::move(kept))});
}

constexpr Rule wording_table[] = {
    {"contact", drop_stale_wordings, nullptr, nullptr, Asked::changes},
    {"account", drop_stale_wordings, nullptr, nullptr, Asked::changes},
};

}  // namespace

std::span<const Rule> rules() {
    return wording_table;
}

}  // namespace crm::people
