#include "store/rules.hpp"

#include <algorithm>

#include "meta/stages.hpp"

namespace crm::store {

using meta::Outcome;
using meta::Placed;

void follow_rules(const Record* before, Record& after, const std::string& now, const std::string& today, bool imported) {
    const meta::Entity& entity = *after.entity;
    if (entity.noun != "deal") return;
    const Placed &stage = *entity.find("stage"), &probability = *entity.find("probability"), &close_date = *entity.find("close_date");
    const std::string& name = after.text(stage);
    const meta::Stage* to = meta::deal_stage(name);
    if (to == nullptr || (before != nullptr && before->text(stage) == name)) return;
    // What was told with the same change stands.
    const auto told = [&](const Placed& field) {
        const auto cells = after.of(field);
        return before == nullptr ? std::ranges::any_of(cells, [](const Value& v) { return !std::holds_alternative<std::monostate>(v); }) : !std::ranges::equal(cells, before->of(field));
    };
    if (!told(probability)) after.put(probability, {Value(std::int64_t{to->probability})});
    const bool closes = to->outcome != Outcome::open;
    if (closes && !told(close_date) && !imported) after.put(close_date, {Value(today)});
    const std::string& day = after.text(close_date);
    for (const Outcome outcome : {Outcome::won, Outcome::lost}) {
        const Placed& at = *entity.find(outcome == Outcome::won ? "won_at" : "lost_at");
        if (told(at)) continue;
        const bool is = to->outcome == outcome;
        after.put(at, {!is ? Value() : !imported ? Value(now) : day.empty() ? Value() : Value(day + "T00:00:00Z")});
    }
    if (!closes && before != nullptr)
        if (const Placed& reason = *entity.find("lost_reason"); !told(reason)) after.put(reason, {Value()});
}

}  // namespace crm::store
