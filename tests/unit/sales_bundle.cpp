#include "sales/bundle.hpp"

#include <doctest/doctest.h>

using namespace crm;
using sales::Option;

namespace {

const std::vector<Option> server{
    {1, "DISK", 1, 4, {}, {}}, {2, "RAID", 0, {}, {"DISK"}, {"TAPE"}}, {3, "TAPE", 0, {}, {}, {}}};

}  // namespace

TEST_CASE("a choice is checked against quantities, requirements and exclusions") {
    CHECK(sales::problems_with(server, {{1, 2}, {2, 1}}).empty());
    CHECK(sales::problems_with(server, {{2, 1}, {3, 1}}) ==
          std::vector<std::string>{"DISK: at least 1, not 0", "RAID requires DISK",
                                   "RAID excludes TAPE"});
    CHECK(sales::problems_with(server, {{1, 5}}) ==
          std::vector<std::string>{"DISK: at most 4, not 5"});
}

TEST_CASE("options that contradict each other are found") {
    CHECK(sales::contradiction(server).empty());
    CHECK(sales::contradiction({{1, "DISK", 5, 4, {}, {}}}) == "DISK: at least 5 and at most 4");
    CHECK(sales::contradiction({{1, "A", 0, {}, {"B"}, {}}, {2, "B", 0, {}, {}, {"A"}}})
              .starts_with("A could never be chosen"));
    CHECK(sales::contradiction({{1, "A", 0, {}, {"B"}, {}}, {2, "B", 0, 0, {}, {}}}) ==
          "A could never be chosen: it requires B, which has max 0");
    // What is required and not an option yet is no contradiction: options are added one by one.
    CHECK(sales::contradiction({{1, "A", 0, {}, {"B"}, {}}}).empty());
}

TEST_CASE("names of options are separated by commas") {
    CHECK(sales::split_names(" A, B ,,C") == std::vector<std::string>{"A", "B", "C"});
    CHECK(sales::split_names("").empty());
}
