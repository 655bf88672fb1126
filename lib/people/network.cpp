#include "people/network.hpp"

#include "sql/expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>

namespace crm::people {
namespace {

constexpr std::string_view relations = R"(
SELECT r."record", r."contact", coalesce(r."role", 'knows')
FROM "contact_relations" r
JOIN "contact" a ON a."id" = r."record"
JOIN "contact" b ON b."id" = r."contact"
WHERE {a} AND {b}
UNION
SELECT a."id", b."id", 'reports to'
FROM "contact" a
JOIN "contact" b ON b."id" = a."reports_to"
WHERE {a} AND {b})";

constexpr std::string_view same_company = R"(
UNION
SELECT a."id", b."id", 'colleague at ' || c."name"
FROM "contact_accounts" x
JOIN "contact_accounts" y ON y."account" = x."account" AND y."record" > x."record"
JOIN "account" c ON c."id" = x."account"
JOIN "contact" a ON a."id" = x."record"
JOIN "contact" b ON b."id" = y."record"
WHERE {a} AND {b})";

/// How many steps each contact is away from the first, as far as `most` steps.
std::map<std::int64_t, int> distances(const std::vector<Acquaintance>& all, std::int64_t start,
                                      int most) {
    std::multimap<std::int64_t, std::int64_t> neighbours;
    for (const Acquaintance& one : all) {
        neighbours.emplace(one.from, one.to);
        neighbours.emplace(one.to, one.from);
    }
    std::map<std::int64_t, int> steps{{start, 0}};
    std::deque<std::int64_t> next{start};
    while (!next.empty()) {
        const std::int64_t here = next.front();
        next.pop_front();
        if (steps[here] == most)
            continue;
        const auto [begin, end] = neighbours.equal_range(here);
        for (auto it = begin; it != end; ++it)
            if (steps.emplace(it->second, steps[here] + 1).second)
                next.push_back(it->second);
    }
    return steps;
}

}  // namespace

std::vector<Acquaintance> network(store::Store& store, bool colleagues) {
    std::string text(relations);
    if (colleagues)
        text += same_company;
    text += "\nORDER BY 1, 2, 3";
    sql::Statement get = store.db().prepare(fmt::format(
        fmt::runtime(text), fmt::arg("a", sql::live("a")), fmt::arg("b", sql::live("b"))));
    std::vector<Acquaintance> out;
    while (get.step())
        out.push_back({get.integer(0), get.integer(1), std::string(get.text(2))});
    return out;
}

void keep_within(std::vector<Acquaintance>& all, std::int64_t start, int steps) {
    const auto near = distances(all, start, steps);
    std::erase_if(all, [&](const Acquaintance& one) {
        const auto from = near.find(one.from);
        const auto to = near.find(one.to);
        if (from == near.end() || to == near.end())
            return true;
        return std::min(from->second, to->second) >= steps;
    });
}

}  // namespace crm::people
