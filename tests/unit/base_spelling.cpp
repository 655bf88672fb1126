#include "base/spelling.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using crm::spellings;

namespace {

bool has(std::string_view text, std::string_view spelling) {
    const auto all = spellings(text);
    return std::ranges::find(all, spelling) != all.end();
}

}  // namespace

TEST_CASE("the first spelling is the one that was typed") {
    CHECK(spellings("Müller").front() == "muller");
    CHECK(spellings("plain").size() == 1);
    CHECK(spellings(" ,;").empty());
    CHECK(spellings("\xff\xfe'").size() < 2);
}

TEST_CASE("letters with marks are written out and drawn together") {
    CHECK(has("Müller", "mueller"));
    CHECK(has("Mu\u0308ller", "mueller"));
    CHECK(has("Søren", "soeren"));
    CHECK(has("Ålesund", "aalesund"));
    CHECK(has("Juergen", "jurgen"));
    CHECK(has("kueche soehne", "kuche sohne"));
    CHECK(spellings("due").size() == 1);
    CHECK_FALSE(has("bauer", "baur"));
    CHECK_FALSE(has("queen", "quen"));
}

TEST_CASE("apostrophes are there or not") {
    CHECK(has("O’Brien", "obrien"));
    CHECK(has("obrien", "o brien"));
    CHECK(has("dell'arte", "dellarte"));
    CHECK(has("mcdonalds", "mcdonald s"));
    CHECK_FALSE(has("oslo", "o slo"));
}
