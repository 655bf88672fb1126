#include "query/check.hpp"

#include <algorithm>

/// Predicates made of predicates.
namespace crm::query {

Predicate Predicate::with(Kind kind, std::vector<Predicate> parts) {
    if (parts.size() == 1)
        return std::move(parts[0]);
    Predicate out{.kind = kind};
    out.parts = std::move(parts);
    return out;
}

Predicate Predicate::not_(Predicate predicate) {
    Predicate out{.kind = Kind::negation};
    out.parts.push_back(std::move(predicate));
    return out;
}

Predicate Predicate::named(std::string name, Predicate predicate) {
    Predicate out{.kind = Kind::named};
    out.parts.push_back(std::move(predicate));
    out.shown = std::move(name);
    return out;
}

Predicate Predicate::along(std::vector<Step> steps, Predicate predicate) {
    if (steps.empty())
        return predicate;
    Predicate out{.kind = Kind::some, .steps = std::move(steps)};
    out.parts.push_back(std::move(predicate));
    return out;
}

Predicate Predicate::one_of(std::vector<Predicate> parts) {
    const auto simple = [&](const Predicate& t) {
        return t.kind == Kind::compare && t.op == Op::equals && t.columns == parts[0].columns;
    };
    if (parts.size() < 2 || !std::ranges::all_of(parts, simple))
        return with(Kind::any, std::move(parts));
    Predicate out = std::move(parts[0]);
    out.kind = Kind::one_of;
    for (std::size_t i = 1; i < parts.size(); ++i)
        out.values.push_back(std::move(parts[i].values[0]));
    return out;
}

}  // namespace crm::query
