#include "base/error.hpp"
#include "report/catalogue.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace crm;
using namespace crm::report;

TEST_CASE("every report file declares what a reader needs") {
    for (const Report& report : catalogue()) {
        CAPTURE(report.name);
        CHECK_FALSE(report.help.empty());
        CHECK_FALSE(report.noun.empty());
        CHECK_FALSE(report.period.empty());
        CHECK_FALSE(report.columns.empty());
        for (const Column& column : report.columns) {
            CAPTURE(column.name);
            CHECK_FALSE(column.help.empty());
            CHECK(report.sql.find("AS \"" + column.name + "\"") != std::string::npos);
        }
        const bool has_currency =
            report.sql.find("{currency} AS \"currency\"") != std::string::npos;
        CHECK(report.has_money() == has_currency);
        CHECK(report.sql.find("\nFROM ") != std::string::npos);
        for (const char* mark : {"{by}", "{joins}", "{where}", "{group}", "{order}"})
            CHECK(report.sql.find(mark) != std::string::npos);
    }
}

TEST_CASE("a plan of commission is a report of its own") {
    const CommissionPlan plan =
        read_plan({.name = "Sales", .rate = "5 %", .tiers = {"100k = 7.5%"}, .team = "30 %"});
    CHECK(plan.basis == "won deals");
    REQUIRE(plan.tiers.size() == 2);
    CHECK(plan.tiers[1].from.text() == "100000");
    CHECK(plan.tiers[1].rate == 7.5);
    const CommissionPlan shop = read_plan({.name = "Shop", .rate = "1", .basis = "paid orders"});
    const CommissionPlan plans[] = {plan, shop};
    const auto all = catalogue(plans);
    CHECK(find_report(all, "commissions", "").plan->name == "Sales");
    CHECK(find_report(all, "commissions", "shop").noun == "order");
    CHECK_THROWS_AS(find_report(all, "commissions", "other"), Error);
    CHECK_THROWS_AS(read_plan({.name = "Wrong", .rate = "500 %"}), Error);
    CHECK_THROWS_AS(read_plan({.name = "Wrong", .rate = "5", .tiers = {"2k=7", "1k=8"}}), Error);
    CHECK_THROWS_AS(read_plan({.name = "Wrong", .rate = "5", .tiers = {"1k=7", "2k USD=8"}}),
                    Error);
}

TEST_CASE("the header of a report file") {
    const Report report = read_report(
        "-- report: x\n-- help: one\n--   two\n-- column: a number(3) the a\nSELECT 1\n", "x.sql");
    CHECK(report.help == "one two");
    CHECK(report.columns[0].digits == 3);
    CHECK(report.columns[0].help == "the a");
    CHECK(report.sql == "SELECT 1");
    CHECK_THROWS_AS(read_report("-- reprot: x\nSELECT 1", "x.sql"), Error);
    CHECK_THROWS_AS(read_report("-- column: a colour the a\nSELECT 1", "x.sql"), Error);
}
