#include "insight/random.hpp"
#include "value/request.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <string>

using namespace crm;

namespace {

std::string text(double number, int digits) {
    return std::get<std::string>(value::decimals(number, digits));
}

}  // namespace

TEST_CASE("decimals of a number are those of the exact number") {
    insight::Random random(7);
    for (int i = 0; i < 20'000; ++i) {
        const double number = random.share() * std::pow(10, random.next() % 18) / 1000;
        const int digits = static_cast<int>(random.next() % 10);
        CHECK(text(number, digits) == fmt::format("{:.{}f}", number, digits));
    }
    // Halves: 0.125 is exact and goes to the even digit; 1.005 and 0.285 are below what they seem.
    CHECK(text(.125, 2) == "0.12");
    CHECK(text(.375, 2) == "0.38");
    CHECK(text(1.005, 2) == "1.00");
    CHECK(text(.285, 2) == "0.28");
    CHECK(text(999.9999999, 6) == "1000.000000");
    CHECK(text(-.0000001, 6) == "0.000000");
    CHECK(text(-0.0, 4) == "0.0000");
    CHECK(text(-1.5, 1) == "-1.5");
    CHECK(text(1e300, 1).size() == 303);
    for (const double none : {std::numeric_limits<double>::infinity(), std::nan("")})
        CHECK(std::holds_alternative<std::monostate>(value::decimals(none, 6)));
}
