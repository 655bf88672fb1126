#include "base/flat_map.hpp"
#include "base/id.hpp"

#include <doctest/doctest.h>

#include <unordered_map>

using namespace crm;

TEST_CASE("flat map: the first value of a key stays, through growing") {
    FlatMap<int> map;
    std::unordered_map<std::uint64_t, int> same;
    CHECK(map.find(7) == nullptr);
    for (int i = 0; i < 20'000; ++i) {
        // Every tenth key comes a second time, with another value.
        const std::uint64_t key = digest(std::to_string(i % 10 == 9 ? i / 10 : i), 42);
        map.insert(key, i);
        same.emplace(key, i);
    }
    for (const auto& [key, value] : same) {
        REQUIRE(map.find(key) != nullptr);
        CHECK(*map.find(key) == value);
    }
    CHECK(map.find(digest("not there", 42)) == nullptr);
}
