#include "base/error.hpp"
#include "report/marks.hpp"

#include <doctest/doctest.h>

using crm::report::MarkExpander;

namespace {

/// Marks become their name and arguments in brackets; `empty` becomes nothing, `lines` two lines.
const MarkExpander expander{
    [](std::string_view name, std::span<const std::string> arguments) -> std::string {
        if (name == "empty")
            return "";
        if (name == "lines")
            return "first\nsecond";
        std::string out = "[" + std::string(name);
        for (const std::string& argument : arguments)
            out += "|" + argument;
        return out + "]";
    },
    [](std::string_view noun) { return noun == "deal"; }};

}  // namespace

TEST_CASE("marks are replaced, the innermost first") {
    CHECK(expander.expand("a {b} c") == "a [b] c");
    CHECK(expander.expand("{share(count(*), f(x, 'a, b'))}") == "[share|count(*)|f(x, 'a, b')]");
    CHECK(expander.expand("{money({round(sum({value}))})}") == "[money|[round|sum([value])]]");
}

TEST_CASE("an empty mark leaves no blank and no line") {
    CHECK(expander.expand("ORDER BY {empty} x") == "ORDER BY x");
    CHECK(expander.expand("FROM t\n{empty}\nWHERE x") == "FROM t\nWHERE x");
}

TEST_CASE("further lines of a mark are indented like its first one") {
    CHECK(expander.expand("SELECT {lines}\nFROM t") == "SELECT first\n       second\nFROM t");
}

TEST_CASE("SQL about a noun without records is NULL") {
    CHECK(expander.expand("coalesce({?deal (SELECT {a})}, 0)") == "coalesce((SELECT [a]), 0)");
    CHECK(expander.expand("coalesce({?call (SELECT {a})}, 0)") == "coalesce(NULL, 0)");
}

TEST_CASE("a brace that is not closed is an error") {
    CHECK_THROWS_AS(expander.expand("a {b"), crm::Error);
}
