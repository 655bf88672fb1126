#include "base/names.hpp"

#include <doctest/doctest.h>

using namespace crm;

TEST_CASE("names: the same words in any order are one key") {
    CHECK(name_key("Ada Lovelace") == name_key("LOVELACE, Ada"));
    CHECK(name_key("José García") == name_key("garcia jose"));
    CHECK(name_key("王小明") == name_key("王 小明"));
    CHECK(name_key("Ada") != name_key("Ada Lovelace"));
    CHECK(name_key("") == "");
}

TEST_CASE("names: what contradicts and what does not") {
    CHECK_FALSE(names_differ("Ada Lovelace", "Lovelace Ada"));
    CHECK_FALSE(names_differ("John F. Smith", "John Smith"));
    CHECK_FALSE(names_differ("J. Smith", "John Smith"));
    CHECK_FALSE(names_differ("", "John Smith"));
    CHECK_FALSE(names_differ("Vera Dubois", "Vera Dubbois"));
    CHECK_FALSE(names_differ("Karin Mülller", "Karin Müller"));
    CHECK(names_differ("Olga", "Doublon"));
    CHECK(names_differ("John Smith", "Jane Smith"));
    CHECK(names_differ("Ann Lee", "Amy Lee"));
    CHECK(names_differ("王小明", "陳美玲"));
}
