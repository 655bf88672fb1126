#include "time/duration.hpp"

#include <doctest/doctest.h>

using namespace crm;

TEST_CASE("a length of time is kept as a number and a unit") {
    const std::pair<const char*, const char*> good[] = {
        {"12min", "12min"}, {" 12 Minutes ", "12min"}, {"1h30min", "90min"}, {"1h 30min", "90min"},
        {"1d 2h", "26h"},   {"10bd", "10bd"},          {"3 months", "3mo"},  {"2q", "2q"},
        {"45s", "45s"},     {"0min", "0min"},          {"1w1d", "8d"}};
    for (const auto& [typed, kept] : good) {
        CAPTURE(typed);
        const auto read = read_duration(typed);
        REQUIRE(read);
        CHECK(*read == kept);
        CHECK(read_duration(*read) == kept);
    }
    for (const char* bad : {"", "12", "min", "soon", "12m", "-3d", "1.5h", "1mo2d", "30min1h",
                            "2bd3h", "9999999d", "1h1h", "12parsecs", "1 2min"}) {
        CAPTURE(bad);
        CHECK_FALSE(read_duration(bad));
    }
    CHECK(read_duration("12m").error().hint == "12min or 12mo");
}

TEST_CASE("lengths have an order") {
    CHECK(duration_seconds("90min") > duration_seconds("1h"));
    CHECK(duration_seconds("5w") > duration_seconds("1mo"));
    CHECK(duration_seconds("1y") == 4 * duration_seconds("1q"));
    CHECK(duration_seconds("nothing") == 0);
}
