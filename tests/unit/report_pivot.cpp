#include "base/error.hpp"
#include "report/pivot.hpp"

#include <doctest/doctest.h>

using namespace crm;
using namespace crm::report;

TEST_CASE("the last group becomes columns") {
    const Result in{{{.name = "stage", .group = true},
                     {.name = "owner", .group = true},
                     {.name = "deals", .type = ColumnType::integer},
                     {.name = "amount", .type = ColumnType::money},
                     {.name = "currency"}},
                    {{"Proposal", "Ada", 1, "10.00", "EUR"},
                     {"Proposal", "Bob", 2, "20.00", "EUR"},
                     {"Proposal", "Ada", 1, "5.00", "USD"},
                     {"Negotiation", {}, 3, "30.00", "EUR"}},
                    {}};
    CHECK(in.groups() == 2);
    CHECK(in.figure() == 3);
    const Result out = pivot(in);
    std::vector<std::string> names;
    for (const Column& column : out.columns)
        names.push_back(column.name);
    CHECK(names == std::vector<std::string>{"stage", "currency", "Ada", "Bob", "none"});
    REQUIRE(out.rows.size() == 3);
    CHECK(out.rows[0] == Row{"Proposal", "EUR", "10.00", "20.00", {}});
    CHECK(out.rows[1] == Row{"Proposal", "USD", "5.00", {}, {}});
    CHECK(out.rows[2] == Row{"Negotiation", "EUR", {}, {}, "30.00"});
    CHECK(out.columns[2].type == ColumnType::money);
}

TEST_CASE("two records of one name are two rows and two columns") {
    const Result in{{{.name = "account", .group = true},
                     {.name = "owner", .group = true},
                     {.name = "deals", .type = ColumnType::integer}},
                    {{"Twin", "Kim", 1}, {"Twin", "Kim", 2}, {"Twin", "Kim", 3}},
                    {{"a1", "u1"}, {"a1", "u2"}, {"a2", "u1"}}};
    const Result out = pivot(in);
    REQUIRE(out.columns.size() == 3);
    CHECK(out.columns[1].name == "Kim (u1)");
    CHECK(out.columns[2].name == "Kim (u2)");
    REQUIRE(out.rows.size() == 2);
    CHECK(out.rows[0] == Row{"Twin", 1, 2});
    CHECK(out.rows[1] == Row{"Twin", 3, {}});
}

TEST_CASE("a pivot requires two groups") {
    CHECK_THROWS_AS(pivot({{{.name = "stage", .group = true}, {.name = "deals"}}, {}, {}}), Error);
}
