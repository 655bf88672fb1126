#include "store/lookups.hpp"

#include <doctest/doctest.h>

#include <random>
#include <set>
#include <string>
#include <tuple>

using namespace crm::store;

TEST_CASE(
    "what waits comes out in the order of SQLite's key, each row once, however many runs it lay "
    "in") {
    // Few letters, so that many keys begin alike, are the same, or are longer than what an entry
    // holds of them; NUL and bytes above ASCII, since SQLite compares bytes.
    std::mt19937 random(7);
    const auto below = [&](unsigned n) { return random() % n; };
    std::set<std::tuple<int, std::string, int, std::int64_t>> expected;
    Lookups lookups;
    for (int i = 0; i < 20000; ++i) {
        std::string key;
        for (unsigned n = below(5) == 0 ? 14 + below(6) : below(4); n > 0; --n)
            key += std::string_view("\0ab\xc3", 4)[below(4)];
        const int kind = static_cast<int>(1 + below(6)), noun = static_cast<int>(1 + below(3));
        const auto record = static_cast<std::int64_t>(below(5)) << (below(2) * 40);
        lookups.add(kind, key, noun, record);
        expected.emplace(kind, key, noun, record);
        if (below(3000) == 0)
            lookups.sort();
    }
    Lookups::Merge rows(lookups);
    Lookup row{};
    for (const auto& [kind, key, noun, record] : expected) {
        REQUIRE(rows.next(row));
        CHECK(std::tuple(row.kind, std::string(row.key), row.noun, row.record) ==
              std::tuple(kind, key, noun, record));
    }
    CHECK_FALSE(rows.next(row));
    lookups.clear();
    CHECK(lookups.empty());
    CHECK_FALSE(Lookups::Merge(lookups).next(row));
}
