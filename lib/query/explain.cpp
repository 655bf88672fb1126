#include "query/check.hpp"

/// The checked form of a query, for people.
namespace crm::query {
namespace {

using Kind = Predicate::Kind;

void print(const Predicate& test, int depth, std::string& out) {
    const auto line = [&](std::string_view text) {
        out += std::string(static_cast<std::size_t>(depth) * 2, ' ') + std::string(text) + "\n";
    };
    if (!test.shown.empty()) {
        line(test.shown);
        if (test.kind != Kind::named)
            return;
    } else {
        line(test.kind == Kind::any        ? "any of"
             : test.kind == Kind::negation ? "not"
             : test.parts.empty()          ? "all records"
                                           : "all of");
    }
    for (const auto& part : test.parts)
        print(part, depth + 1, out);
}

}  // namespace

std::string tree_text(const Predicate& test) {
    std::string out;
    print(test, 0, out);
    return out;
}

}  // namespace crm::query
