#include "base/error.hpp"
#include "report/fail_if.hpp"

#include <doctest/doctest.h>

using namespace crm;
using namespace crm::report;

namespace {

const Result figures{{{.name = "owner", .type = ColumnType::link, .group = true, .noun = "user"},
                      {.name = "deals", .type = ColumnType::integer},
                      {.name = "win_rate", .type = ColumnType::share},
                      {.name = "amount", .type = ColumnType::money},
                      {.name = "age", .type = ColumnType::days},
                      {.name = "hours", .type = ColumnType::number, .digits = 1},
                      {.name = "currency"}},
                     {{"Ada", 3, "0.500000", "100.10", "30.0", "12.0", "EUR"},
                      {"Bob Ray", 2, "0.499999", "0.20", "30.1", {}, "EUR"},
                      {{}, 1, {}, "7.00", {}, {}, "USD"}},
                     {{"u1"}, {"u2"}, {""}},
                     {}};

bool fails(std::string_view text, const Result& result = figures) {
    return judge(read_fail_if(text), result).fails;
}

std::string code_of(std::string_view text) {
    try {
        judge(read_fail_if(text), figures);
    } catch (const Error& e) {
        CHECK(e.fault == Fault::usage);
        CHECK(e.at <= text.size());
        return e.code;
    }
    return {};
}

}  // namespace

TEST_CASE("conditions compare exactly") {
    CHECK(fails("rows>2"));
    CHECK_FALSE(fails("rows > 3"));
    CHECK(fails("win_rate<50%"));
    CHECK_FALSE(fails("win_rate[owner=Ada]<50%"));
    CHECK(fails("win_rate[owner=bob-ray]<50%"));
    CHECK(fails("win_rate[owner=u2]<0.5"));
    CHECK(fails("sum(amount)=100.3EUR"));
    CHECK(fails("sum(amount)<0.1003kEUR or sum(amount)>=100.30 EUR"));
    CHECK_FALSE(fails("sum(amount)!=100.3EUR"));
    CHECK(fails("mean(deals)=2"));
    CHECK(fails("max(age)>30d"));
    CHECK_FALSE(fails("age>722.5h"));
    CHECK(fails("hours<=0.5d"));
    CHECK(fails("min(deals)=1 and max(deals)=3"));
    CHECK(fails("amount[owner=none]>6USD"));
}

TEST_CASE("columns joined by and are about one row") {
    CHECK_FALSE(fails("deals>2 and win_rate<50%"));
    CHECK(fails("deals=2 and win_rate<50%"));
    CHECK(fails("deals>2 and win_rate<50% or deals=1"));
}

TEST_CASE("an empty value never fails") {
    CHECK_FALSE(fails("win_rate[owner=none]<100%"));
    CHECK_FALSE(fails("hours!=12"));
    CHECK_FALSE(fails("mean(amount)<5GBP"));
    CHECK(fails("sum(amount)<5GBP"));
    const Result empty{figures.columns, {}, {}, {}};
    CHECK_FALSE(fails("deals<5", empty));
    CHECK(fails("rows=0", empty));
}

TEST_CASE("a verdict names value, limit and row") {
    const Verdict verdict = judge(read_fail_if("win_rate<50%"), figures);
    CHECK(verdict.message() == "win_rate<50%: 49.9999 % (owner Bob Ray)");
    CHECK(judge(read_fail_if("deals<3"), figures).message() ==
          "deals<3: 2 (owner Bob Ray) and 1 more row");
    CHECK(judge(read_fail_if("deals[owner=Bob]<1"), figures).notes ==
          std::vector<std::string>{"No row has the owner 'Bob'."});
}

TEST_CASE("a wrong condition is a fault of usage") {
    for (const std::string_view text :
         {"", "rows", "rows>", "rows>x", "rows>1,000", "rows>1.", "deals>1 deals<2", "deals>1 and",
          "avg(deals)>1", "sum(deals>1", "deals[owner]>1", "deals[owner=Ada>1", "deals>1zz",
          "\"deals>1", "rows>1%", "deals>5EUR", "deals>5%", "deals>5d",
          "deals>1234567890123456789"})
        CHECK_MESSAGE(code_of(text) == "bad_condition", text);
    CHECK(code_of("deal>1") == "unknown_column");
    CHECK(code_of("owner>1") == "unknown_column");
    CHECK(code_of("deals[stage=x]>1") == "unknown_column");
    CHECK(code_of("sum(amount)>1") == "several_currencies");
    CHECK(code_of("max(amount)>1") == "several_currencies");
}

TEST_CASE("a limit has at most 18 digits, with its k or M") {
    for (const std::string& text :
         {"rows>" + std::string(100, '9'), std::string("rows>999999999999999999k"),
          std::string("rows>-1234567890123456789"), std::string("rows>0.1234567890")})
        CHECK_THROWS_WITH_AS(read_fail_if(text), "the limit has too many digits", crm::Error);
    CHECK_NOTHROW(read_fail_if("rows>999999999999999999"));
    CHECK_NOTHROW(read_fail_if("rows>-999999999999M"));
}
