#include "insight/proportions.hpp"

#include <doctest/doctest.h>

using namespace crm::insight;

// Values of R 4.2: prop.test(correct = FALSE) and fisher.test.

TEST_CASE("the chance that two rates are one") {
    CHECK(equal_rates_p({40, 500}, {60, 500}) == doctest::Approx(0.0350).epsilon(0.001));
    CHECK(equal_rates_p({50, 500}, {55, 500}) == doctest::Approx(0.6060).epsilon(0.001));
    CHECK(equal_rates_p({60, 500}, {40, 500}) == equal_rates_p({40, 500}, {60, 500}));
    CHECK(equal_rates_p({0, 0}, {4, 10}) == 1);
    CHECK(equal_rates_p({5, 10}, {5, 10}) == doctest::Approx(1));
}

TEST_CASE("few cases are counted exactly") {
    // The lady tasting tea: 3 of 4 against 1 of 4.
    CHECK(equal_rates_p({3, 4}, {1, 4}) == doctest::Approx(0.4857).epsilon(0.001));
    CHECK(equal_rates_p({0, 10}, {0, 10}) == doctest::Approx(1));
    CHECK(equal_rates_p({10, 10}, {0, 10}) == doctest::Approx(1.0825e-05).epsilon(0.001));
    CHECK(equal_rates_p({1, 24}, {8, 25}) < 0.05);
}
