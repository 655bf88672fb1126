#include "query/check.hpp"

#include <algorithm>

/// Tests made of tests.
namespace crm::query {

Test Test::with(Kind kind, std::vector<Test> parts) {
    if (parts.size() == 1)
        return std::move(parts[0]);
    Test out{.kind = kind};
    out.parts = std::move(parts);
    return out;
}

Test Test::not_(Test test) {
    Test out{.kind = Kind::negation};
    out.parts.push_back(std::move(test));
    return out;
}

Test Test::named(std::string name, Test test) {
    Test out{.kind = Kind::named};
    out.parts.push_back(std::move(test));
    out.shown = std::move(name);
    return out;
}

Test Test::along(std::vector<Step> steps, Test test) {
    if (steps.empty())
        return test;
    Test out{.kind = Kind::some, .steps = std::move(steps)};
    out.parts.push_back(std::move(test));
    return out;
}

Test Test::one_of(std::vector<Test> parts) {
    const auto simple = [&](const Test& t) {
        return t.kind == Kind::compare && t.op == Op::equals && t.columns == parts[0].columns;
    };
    if (parts.size() < 2 || !std::ranges::all_of(parts, simple))
        return with(Kind::any, std::move(parts));
    Test out = std::move(parts[0]);
    out.kind = Kind::one_of;
    for (std::size_t i = 1; i < parts.size(); ++i)
        out.values.push_back(std::move(parts[i].values[0]));
    return out;
}

}  // namespace crm::query
