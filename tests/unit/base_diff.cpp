#include "base/diff.hpp"
#include "base/text.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace crm {
namespace {

std::string shown(std::string_view before, std::string_view after) {
    const auto a = text::split(before, ' '), b = text::split(after, ' ');
    std::string out;
    for (const DiffStep& step : differences(a, b)) {
        out += step.what == Difference::same ? "=" : step.what == Difference::removed ? "-" : "+";
        out += step.what == Difference::added ? b[step.after] : a[step.before];
    }
    return out;
}

}  // namespace

TEST_CASE("the shortest way between two sequences") {
    CHECK(shown("a b c", "a b c") == "=a=b=c");
    CHECK(shown("a b c", "a x c") == "=a-b+x=c");
    CHECK(shown("a b c a b b a", "c b a b a c") == "-a-b=c+b=a=b-b=a+c");
    CHECK(shown("a", "b") == "-a+b");
    CHECK(shown("a a", "a a a") == "=a=a+a");
    CHECK(shown("x a b", "a b") == "-x=a=b");
}

TEST_CASE("both sequences follow from the steps, whatever they are") {
    unsigned seed = 1;
    const auto next = [&](unsigned most) {
        return (seed = seed * 1103515245 + 12345) / 65536 % most;
    };
    for (int round = 0; round < 300; ++round) {
        std::vector<std::string> texts[2];
        std::vector<std::string_view> items[2];
        for (int side = 0; side < 2; ++side) {
            for (unsigned i = next(12); i > 0; --i)
                texts[side].emplace_back(1, static_cast<char>('a' + next(4)));
            items[side].assign(texts[side].begin(), texts[side].end());
        }
        std::vector<std::string_view> before, after;
        for (const DiffStep& step : differences(items[0], items[1])) {
            if (step.what != Difference::added)
                before.push_back(items[0][step.before]);
            if (step.what != Difference::removed)
                after.push_back(items[1][step.after]);
        }
        CHECK(before == items[0]);
        CHECK(after == items[1]);
    }
}

TEST_CASE("hunks have three equal lines around") {
    const auto a = text::split("1 2 3 4 5 6 7 8 9 10 11 12 13 14", ' ');
    const auto b = text::split("1 2 3 4 x 6 7 8 9 10 11 12 y 14", ' ');
    const auto steps = differences(a, b);
    const auto parts = hunks(steps);
    REQUIRE(parts.size() == 2);
    CHECK(parts[0].before == 2);
    CHECK(parts[0].before_lines == 7);
    CHECK(parts[1].after == 10);
    CHECK(parts[1].after_lines == 5);
    CHECK(word_pieces("a bc, d").size() == 6);
}

}  // namespace crm
