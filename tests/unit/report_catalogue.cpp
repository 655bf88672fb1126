#include "base/error.hpp"
#include "report/catalogue.hpp"
#include "report/numbers.hpp"
#include "report/sql_text.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace crm;
using namespace crm::report;

TEST_CASE("every report file declares what a reader needs") {
    for (const Report& report : catalogue()) {
        CAPTURE(report.name);
        CHECK_FALSE(report.help.empty());
        CHECK_FALSE(report.columns.empty());
        for (const Column& column : report.columns) {
            CAPTURE(column.name);
            CHECK_FALSE(column.help.empty());
        }
        CHECK(report.sql.find("FROM v_") != std::string::npos);
        CHECK(report.sql.find("FROM \"") == std::string::npos);
        if (report.noun.empty())
            continue;
        const bool has_days = std::ranges::any_of(report.parameters, [](const Parameter& p) {
            return p.type == Parameter::Type::period;
        });
        CHECK(report.period.empty() == has_days);  // -p means one of them
        CHECK(report.sql.find("\nFROM v_" + report.noun + " t\n") != std::string::npos);
        for (const FileColumn& column : report.columns) {
            const std::string& name = column.minor.empty() ? column.name : column.minor;
            CHECK(report.sql.find(" AS " + name) != std::string::npos);
        }
        for (const char* mark : {"{by}", "{where}", "{group}", "{order}"})
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

TEST_CASE("the header of a user's report") {
    const Report report = read_own_report(
        "-- report: x\r\n-- param: least money = 100EUR  smallest\n-- param: when period ?\n"
        "-- param: kind choice(a|b) = \"a\"\n-- column: sum money(m, c) \"The sum\"\n"
        "-- chart: bar sum\n\nSELECT 1;\n",
        "x.sql");
    REQUIRE(report.parameters.size() == 3);
    CHECK(report.parameters[0].fallback == "100EUR");
    CHECK(report.parameters[0].help == "smallest");
    CHECK(report.parameters[1].optional);
    CHECK(report.parameters[2].words == std::vector<std::string>{"a", "b"});
    CHECK(report.columns[0].minor == "m");
    CHECK(report.columns[0].currency_column == "c");
    CHECK(report.columns[0].title == "The sum");
    CHECK(report.columns[0].charted);
    CHECK(report.chart == "bar");
    CHECK(report.sql == "SELECT 1");
    CHECK(report.sql_line == 8);
    for (const char* wrong :
         {"SELECT 1", "-- report: x", "-- report: X\nSELECT 1",
          "-- report: x\n-- group: a = b\nSELECT 1", "-- report: x\n-- column: a money\nSELECT 1",
          "-- report: x\n-- param: now date\nSELECT 1",
          "-- report: x\n-- param: a text\n-- param: a text\nSELECT 1",
          "-- report: x\n-- param: a choice()\nSELECT 1",
          "-- report: x\n-- help: a\n-- help: b\nSELECT 1",
          "-- report: x\n-- column: a number(x)\nSELECT 1",
          "-- report: x\n-- chart: pie a\nSELECT 1"})
        CHECK_THROWS_AS(read_own_report(wrong, "x.sql"), Error);
}

TEST_CASE("quotes and comments of SQL have no marks and parameters") {
    const auto parts = sql_parts("a ':b {c}' \":d\" -- :e\n :f {g(':h')} x::text", 5);
    REQUIRE(parts.size() == 5);
    CHECK(parts[1].kind == SqlPart::Kind::parameter);
    CHECK(parts[1].text == "f");
    CHECK(parts[1].line == 6);
    CHECK(parts[3].kind == SqlPart::Kind::mark);
    CHECK(parts[3].text == "g(':h')");
    CHECK_THROWS_AS(sql_parts("a {b", 1), BadSqlText);
    const auto items =
        select_items("SELECT sum(a, b) AS x, (SELECT 1 AS z FROM t) AS \"y\" FROM v");
    REQUIRE(items.size() == 2);
    CHECK(items[0].sql == "sum(a, b)");
    CHECK(items[1].name == "y");
    const auto tables =
        table_names("SELECT 1 FROM v_a, b JOIN \"c\" WHERE x IN (SELECT y\nFROM D)");
    REQUIRE(tables.size() == 4);
    CHECK(tables[1].name == "b");
    CHECK(tables[2].name == "c");
    CHECK(tables[3].name == "d");
    CHECK(tables[3].line == 1);
    CHECK(first_of_order("SELECT a FROM (SELECT 1 ORDER BY z) ORDER BY \"x y\" DESC, b") == "x y");
    CHECK(first_of_order("SELECT a FROM t ORDER BY sum(x) DESC").empty());
    CHECK(first_of_order("SELECT a FROM t ORDER BY {order} a").empty());
    CHECK(as_operand("count(*) FILTER (WHERE a = b)") == "count(*) FILTER (WHERE a = b)");
    CHECK(as_operand("a - b") == "(a - b)");
}

TEST_CASE("halves are rounded away from zero, and there is no -0") {
    CHECK(rounded_text(2.675, 2) == "2.68");
    CHECK(rounded_text(-0.25, 1) == "-0.3");
    CHECK(rounded_text(-0.04, 1) == "0.0");
    CHECK(rounded_text(0, 6) == "0.000000");
    CHECK(rounded_text(1e15, 0) == "1000000000000000");
}
