#include "query/check.hpp"

/// The checked form of a query, for people.
namespace crm::query {
namespace {

using Kind = Predicate::Kind;

void print(const Predicate& predicate, int depth, std::string& out) {
    const auto line = [&](std::string_view text) {
        out += std::string(static_cast<std::size_t>(depth) * 2, ' ') + std::string(text) + "\n";
    };
    if (!predicate.shown.empty()) {
        line(predicate.shown);
        if (predicate.kind != Kind::named)
            return;
    } else {
        line(predicate.kind == Kind::any        ? "any of"
             : predicate.kind == Kind::negation ? "not"
             : predicate.parts.empty()          ? "all records"
                                                : "all of");
    }
    for (const auto& part : predicate.parts)
        print(part, depth + 1, out);
}

}  // namespace

std::string tree_text(const Predicate& predicate) {
    std::string out;
    print(predicate, 0, out);
    return out;
}

}  // namespace crm::query
