#include "base/email.hpp"

#include <doctest/doctest.h>

using namespace crm;

TEST_CASE("e-mail: an address without what programs put around it") {
    CHECK(bare_email("a@q.example") == "a@q.example");
    CHECK(bare_email("o'brien+news@q.example") == "o'brien+news@q.example");
    CHECK(bare_email("mailto:a@q.example?subject=Hello") == "a@q.example");
    CHECK(bare_email("MAILTO://a@q.example") == "a@q.example");
    CHECK(bare_email("SMTP:a@q.example") == "a@q.example");
    CHECK(bare_email("mailto:a%2Bb@q.example") == "a+b@q.example");
    CHECK(bare_email("a%40q.example") == "a@q.example");
    CHECK(bare_email("a%0Ab@q.example") == "a%0Ab@q.example");
    CHECK(bare_email("'a@q.example'") == "a@q.example");
    CHECK(bare_email("„a@q.example“") == "a@q.example");
    CHECK(bare_email(" <a@q.example> ") == "a@q.example");
    CHECK(bare_email("'<mailto:a@q.example>'") == "a@q.example");
    CHECK(bare_email("a@q.example/") == "a@q.example");
    CHECK(bare_email("a@q.example!") == "a@q.example");
    CHECK(bare_email("a@q.example;") == "a@q.example");
    CHECK(bare_email(R"("john doe"@q.example)") == R"("john doe"@q.example)");
    CHECK(bare_email("user%host@q.example") == "user%host@q.example");
    CHECK(bare_email("") == "");
    CHECK(bare_email("'") == "");
}
