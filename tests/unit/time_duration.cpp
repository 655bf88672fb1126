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

TEST_CASE("a duration of a field has up to 1000 years") {
    for (const char* good : {"1000y", "12000mo", "4000q", "365250d", "31557600000s"}) {
        CAPTURE(good);
        CHECK(read_duration(good));
    }
    for (const char* bad : {"999999y", "1001y", "12001mo", "365251d", "365251bd", "52179w",
                            "31557600001s", "99999999999999999999999999y"}) {
        CAPTURE(bad);
        const auto read = read_duration(bad);
        REQUIRE_FALSE(read);
        CHECK(read.error().fault == Fault::refused);
        CHECK(read.error().code == "out_of_range");
    }
    for (const char* bad : {"1ms", "1e3s", "inf s", "nan s", "+1s", ".5h"}) {
        CAPTURE(bad);
        CHECK_FALSE(read_duration(bad));
    }
}

TEST_CASE("a time to wait is any duration up to a day") {
    const std::pair<const char*, std::int64_t> good[] = {
        {"1h", 3'600'000},   {"0d", 0},
        {"1ms", 1},          {"500ms", 500},
        {"30", 30'000},      {"0.5", 500},
        {"1.5h", 5'400'000}, {"5min", 300'000},
        {"5m", 300'000},     {"0", 0},
        {"24h", 86'400'000}, {"1d", 86'400'000},
        {"1min30s", 90'000}, {"2 minutes", 120'000},
        {"1s500ms", 1500}};
    for (const auto& [typed, kept] : good) {
        CAPTURE(typed);
        const auto read = read_wait(typed);
        REQUIRE(read);
        CHECK(read->count() == kept);
    }
    for (const char* bad : {"", "-1s", "25h", "1mo", "1.5.5s", "86401", "soon", ".", "1e3"}) {
        CAPTURE(bad);
        REQUIRE_FALSE(read_wait(bad));
        CHECK(read_wait(bad).error().fault == Fault::usage);
    }
}

TEST_CASE("lengths have an order") {
    CHECK(duration_seconds("90min") > duration_seconds("1h"));
    CHECK(duration_seconds("5w") > duration_seconds("1mo"));
    CHECK(duration_seconds("1y") == 4 * duration_seconds("1q"));
    CHECK(duration_seconds("nothing") == 0);
}
