#include "time/business_hours.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <random>

using namespace crm;

namespace {

std::string hours_on(const BusinessHours& hours, std::string_view day) {
    std::string out;
    for (const Interval& i : hours.intervals(*iso_date(day)))
        out +=
            (out.empty() ? "" : " ") + i.from.iso().substr(11, 5) + "-" + i.to.iso().substr(11, 5);
    return out;
}

}  // namespace

TEST_CASE("business hours: breaks, midnight and holidays") {
    BusinessHours hours("UTC");
    CHECK(*hours.add_hours("Mon-Fri 8:00-12:00 13:00-17:00") == "mon-fri 08:00-12:00 13:00-17:00");
    CHECK(*hours.add_hours("sat 22:00-02:00") == "sat 22:00-02:00");
    CHECK(hours.add_holiday("2026-12-25", "Christmas"));
    CHECK(hours.add_holiday("--01-01"));
    CHECK(hours.add_holiday("2026-12-24 12:00-24:00"));
    CHECK(hours.add_holiday("+2026-12-26 08:00-12:00"));
    CHECK(hours_on(hours, "2026-11-30") == "08:00-12:00 13:00-17:00");
    CHECK(hours_on(hours, "2026-12-05") == "22:00-00:00");
    CHECK(hours_on(hours, "2026-12-06") == "00:00-02:00");
    CHECK(hours_on(hours, "2026-12-24") == "08:00-12:00");
    CHECK(hours_on(hours, "2026-12-25").empty());
    CHECK(hours.note(*iso_date("2026-12-25")) == "Christmas");
    CHECK(hours_on(hours, "2026-12-26") == "08:00-12:00 22:00-00:00");
    CHECK(hours_on(hours, "2027-01-01").empty());
    CHECK(hours_on(hours, "2031-01-01").empty());
}

TEST_CASE("business hours: what is refused") {
    const auto fault = [](std::string_view line) {
        BusinessHours hours("UTC");
        const auto read = hours.add_hours(line);
        return read ? 0 : static_cast<int>(read.error().fault);
    };
    CHECK(fault("mon 09:00-12:00 11:00-13:00") == 4);
    CHECK(fault("mon 09:00-09:00") == 4);
    CHECK(fault("mon 12:00-08:00 09:00-10:00") == 4);
    CHECK(fault("mon 20:00-10:00") == 0);
    CHECK(fault("mon,tue 20:00-21:00 22:00-20:30") == 4);
    CHECK(fault("moo 09:00-12:00") == 2);
    CHECK(fault("mon") == 2);
    CHECK(fault("mon 9-12") == 2);
    CHECK(fault("") == 2);
    BusinessHours hours("UTC");
    CHECK(!hours.opens_after(*iso_date("2026-11-30")));
    CHECK(hours.add_holiday("+2027-12-30 08:00-09:00"));
    CHECK(!hours.opens_after(*iso_date("2026-11-30")));
    CHECK(hours.opens_after(*iso_date("2027-11-30")));
    for (const std::string_view bad :
         {"2026-02-30", "+--12-25 08:00-09:00", "+2026-12-25", "x", "2026-12-25 8-9", ""})
        CHECK(hours.add_holiday(bad).error().fault == Fault::usage);
    CHECK(hours.add_holiday("2026-12-25 09:00-08:00").error().fault == Fault::refused);
}

/// 02:30 does not exist on 2027-03-28 in Berlin and is 03:30; on 2026-10-25 it is there twice, and
/// the first is meant.
TEST_CASE("business hours: summer time") {
    BusinessHours hours("Europe/Berlin");
    REQUIRE(hours.add_hours("mon-sun 02:30-05:00"));
    CHECK(hours_on(hours, "2027-03-27") == "01:30-04:00");
    CHECK(hours_on(hours, "2027-03-28") == "01:30-03:00");
    CHECK(hours_on(hours, "2026-10-25") == "00:30-04:00");
    BusinessHours gap("Europe/Berlin");
    REQUIRE(gap.add_hours("sun 02:15-02:45"));
    CHECK(hours_on(gap, "2027-03-28") == "01:15-01:45");
}

/// Intervals of a day are ascending, disjoint, and the days do not overlap.
TEST_CASE("business hours: intervals are in order") {
    std::mt19937 random(3);
    for (int round = 0; round < 100; ++round) {
        BusinessHours hours(round % 2 ? "Europe/Berlin" : "America/New_York");
        constexpr std::string_view days[] = {"mon", "tue-thu", "fri", "sat,sun"};
        for (const std::string_view day : days) {
            const int a = static_cast<int>(random() % 20), b = static_cast<int>(random() % 24);
            (void)hours.add_hours(fmt::format("{} {:02}:{:02}-{:02}:00", day, a, random() % 60, b));
        }
        (void)hours.add_holiday("2027-03-28 01:00-03:00");
        (void)hours.add_holiday("+2027-03-14 00:30-20:00");
        Instant last{0};
        for (std::int32_t day = Date::of(2027, 1, 1).days; day < Date::of(2028, 1, 1).days; ++day)
            for (const Interval& i : hours.intervals({day})) {
                CHECK(i.from < i.to);
                CHECK(last <= i.from);
                last = i.to;
            }
    }
}
