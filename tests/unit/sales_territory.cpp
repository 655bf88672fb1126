#include "sales/territory.hpp"

#include <doctest/doctest.h>

using namespace crm;
using sales::TerritoryTree;

TEST_CASE("an account must match the rules of all territories above") {
    const TerritoryTree tree({{1, 0, "Europe", "country:DE or country:FR"},
                              {2, 1, "Germany", ""},
                              {3, 2, "Rhineland", "postcode:^5"}});
    const auto rule = tree.effective_rule(*tree.find(3));
    CHECK(rule.depth == 3);
    CHECK(rule.query == "(postcode:^5) (country:DE or country:FR)");
    // A territory without a rule of its own gets its accounts by hand.
    CHECK(tree.effective_rule(*tree.find(2)).query.empty());
    CHECK(tree.find(4) == nullptr);
}

TEST_CASE("a circle of parents, as an old database may have, ends") {
    const TerritoryTree tree({{1, 2, "A", "name:a"}, {2, 1, "B", "name:b"}});
    const auto rule = tree.effective_rule(*tree.find(1));
    CHECK(rule.depth == 2);
    CHECK(rule.query == "(name:a) (name:b)");
}
