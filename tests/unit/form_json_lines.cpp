#include "form/json_lines.hpp"
#include "form_drafts.hpp"

#include <doctest/doctest.h>

using namespace crm;

namespace {
Drafts read_lines(std::string_view text, std::string_view noun = "contact") {
    Drafts drafts;
    CHECK(form::import_json(text, "x.jsonl", model().get(noun), drafts));
    return drafts;
}
}  // namespace

TEST_CASE("records as they are shown come back as they would be typed") {
    const auto got = read_lines(
        "{\"id\":\"c1\",\"uid\":\"0190\",\"name\":\"Ada\",\"email\":\"a@x.org\",\"emails\":[{"
        "\"value\":\"b@x.org\",\"type\":null,\"primary\":false},"
        "{\"value\":\"a@x.org\",\"type\":\"work, "
        "main\",\"primary\":true}],\"account\":{\"id\":\"a3\",\"name\":\"Engine\"},"
        "\"accounts\":[{\"id\":\"a3\",\"name\":\"Engine\",\"role\":\"CTO\",\"since\":\"2020-01-"
        "01\",\"until\":null}],"
        "\"tags\":[\"math\",\"a;b\"],\"address\":{\"street\":\"1 "
        "Road\",\"city\":null},\"do_not_call\":true,\"extra\":[\"X-A:1\",\"X-B:2\"],"
        "\"title\":null,\"updated_at\":\"2026-01-01T00:00:00Z\"}\n\n"
        "  "
        "{\"name\":\"Bo\",\"relations\":[{\"id\":\"c1\",\"name\":\"Ada\",\"role\":\"sister\","
        "\"since\":null,\"until\":null}]}");
    REQUIRE(got.drafts.size() == 2);
    CHECK(got.troubles.empty());
    CHECK(got.at(0, "uid") == "0190");
    CHECK(got.at(0, "emails") == "a@x.org; a@x.org (work, main); b@x.org");
    CHECK(got.at(0, "email").empty());
    CHECK(got.account(0, "name") == "Engine");
    REQUIRE(got.drafts[0].link.size() == 2);
    CHECK(got.drafts[0].link[0].value == "CTO");
    CHECK(got.drafts[0].link[1].field == "since");
    CHECK(got.at(0, "tags") == "math; a\\;b");
    CHECK(got.at(0, "address.street") == "1 Road");
    CHECK(got.at(0, "do_not_call") == "yes");
    CHECK(got.at(0, "extra") == "X-A:1\nX-B:2");
    CHECK(got.drafts[0].find("title") == nullptr);
    CHECK(got.drafts[1].line == 3);
    CHECK(got.at(1, "relations") == "Ada (sister)");
    CHECK(
        read_lines(R"([{"name":"A","revenue":{"amount":"12.50","currency":"EUR"},"employees":7}])",
                   "account")
            .at(0, "revenue") == "12.50 EUR");
}

TEST_CASE("labels keep their commas, the first primary comes first, numbers keep their digits") {
    const auto got = read_lines(
        R"({"name":"Ada","phones":[{"value":"1"},{"value":"2","type":"a\\, b, c\\\\","primary":true},{"value":"3","primary":true},{"value":""},null]})");
    CHECK(got.at(0, "phones") == "2 (a\\, b, c\\\\); 1; 3");
    CHECK(read_lines(R"({"name":12345678901234567890123})").at(0, "name") ==
          "12345678901234567890123");
    CHECK(read_lines(R"({"name":"A",})").troubles.at(0).why ==
          "this is not JSON: a name is missing at byte 12");
    CHECK(read_lines(R"({"name":"A"} x)").troubles.at(0).why ==
          "this is not JSON: unexpected text after the value at byte 13");
}

TEST_CASE("arrays are cut into their objects") {
    const auto got = read_lines("[\n{\"name\":\"A ]}, \\\"[{\"},\n{\"name\":\"B\"}\n]\n");
    REQUIRE(got.drafts.size() == 2);
    CHECK(got.at(0, "name") == "A ]}, \"[{");
    CHECK(got.drafts[1].line == 3);
    CHECK(read_lines("[]").drafts.empty());
    CHECK(read_lines("[{\"name\":\"A\"}").troubles.size() == 1);
}

TEST_CASE("a line that cannot be taken is named, and reading goes on") {
    const auto got = read_lines(
        "{\"name\":\"A\",\"emial\":\"x\"}\n{broken\n[1]\n{\"name\":\"B\",\"emails\":[[1]]}\n{"
        "\"name\":{}}\n{\"name\":" +
        std::string(40, '[') + "\n{\"name\":\"" + std::string(form::json_record_limit, 'x') +
        "\"}\n{\"name\":\"C\"}\n");
    REQUIRE(got.drafts.size() == 2);
    CHECK(got.drafts[0].fields[1].source == "X-COLUMN;NAME=emial:x");
    CHECK(got.at(1, "name") == "C");
    REQUIRE(got.troubles.size() == 7);
    CHECK(got.troubles[0].why.find("contact has no field 'emial'") == 0);
    CHECK(!got.troubles[0].rejected);
    CHECK(got.troubles[1].line == 2);
    CHECK(got.troubles[6].why == "the record is longer than 1 MiB");
    Drafts none;
    CHECK(!form::import_json("hello", "x", model().get("contact"), none));
}
