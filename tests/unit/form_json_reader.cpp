#include "form/json_reader.hpp"

#include <doctest/doctest.h>

using namespace crm;
using namespace crm::form;

namespace {

/// What is wrong with the text; empty when it is JSON.
std::string flaw(std::string_view json, JsonLimits limits = {}) {
    try {
        JsonReader in(json, limits);
        in.skip();
        in.end();
        return {};
    } catch (const Error& error) {
        return error.message;
    }
}

std::string text(std::string_view json) {
    return JsonReader(json).text();
}

}  // namespace

TEST_CASE("what RFC 8259 allows is read") {
    for (const std::string_view json : {"0",
                                        "-0",
                                        "-1",
                                        "10",
                                        "1.0",
                                        "0.10",
                                        "1e5",
                                        "1E+5",
                                        "-1.5e-05",
                                        "0e0",
                                        "123456789012345678901234567890",
                                        "1e9999",
                                        "true",
                                        "false",
                                        "null",
                                        "[]",
                                        "{}",
                                        " \t\r\n[ ] ",
                                        "[[]]",
                                        "[{}]",
                                        "{\"\":0}",
                                        "{\"a\":1,\"a\":1}",
                                        "{ \"a\" : [ 1 , \"b\" , null ] }",
                                        "\"\"",
                                        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
                                        "\"\\u0000\"",
                                        "\"\\uABCD\\uabcd\"",
                                        "\"\\ud83d\\ude00\"",
                                        "\"\\uD800\\uDC00\"",
                                        "\"\\u005C\"",
                                        "\"\x7f\"",
                                        "\"/\"",
                                        "\"\xc2\x80\"",
                                        "\"\xef\xbf\xbf\"",
                                        "\"\xef\xbb\xbf\"",
                                        "\"\xf4\x8f\xbf\xbf\"",
                                        "\"\xe2\x80\xa8\""})
        CHECK_MESSAGE(flaw(json).empty(), json);
}

TEST_CASE("what it does not allow is refused") {
    for (const std::string_view json : {"",
                                        " ",
                                        "x",
                                        "nul",
                                        "nulll",
                                        "True",
                                        "NaN",
                                        "Infinity",
                                        "-Infinity",
                                        "'a'",
                                        "undefined",  //
                                        "+1",
                                        "01",
                                        "-01",
                                        "-",
                                        "--1",
                                        "-a",
                                        "1.",
                                        ".5",
                                        "-.5",
                                        "1.e1",
                                        "1e",
                                        "1e+",
                                        "1e5.2",
                                        "0x10",
                                        "1 000",
                                        "1_0",
                                        "1a",
                                        "\xef\xbc\x91",  //
                                        "[",
                                        "]",
                                        "[1",
                                        "[1,",
                                        "[1,]",
                                        "[,1]",
                                        "[,]",
                                        "[1,,2]",
                                        "[1 2]",
                                        "[1}",
                                        "[1]]",
                                        "[1] 2",
                                        "[1]x",
                                        "[\"a\"",
                                        "[a]",
                                        "[\f]",
                                        "[\xc2\xa0]",
                                        "// x\n1",
                                        "1 /* x */",  //
                                        "{",
                                        "}",
                                        "{1:1}",
                                        "{a:1}",
                                        "{'a':1}",
                                        "{\"a\"}",
                                        "{\"a\":}",
                                        "{\"a\" 1}",
                                        "{\"a\"::1}",
                                        "{\"a\":1,}",
                                        "{,}",
                                        "{\"a\":1 \"b\":2}",
                                        "{\"a\":1]",
                                        "{\"a\":1}}",
                                        "{:1}",
                                        "{null:1}",
                                        "{\"a\":1",
                                        "{\"a",  //
                                        "\"",
                                        "\"a",
                                        "\"\\",
                                        "\"\\\"",
                                        "\"\\x\"",
                                        "\"\\a\"",
                                        "\"\\U0041\"",
                                        "\"\\'\"",
                                        "\"\\u\"",
                                        "\"\\u12\"",
                                        "\"\\u12",
                                        "\"\\u123g\"",
                                        "\"\\u 123\"",
                                        "\"\\u-123\"",
                                        "\"a\" b",  //
                                        "\"\t\"",
                                        "\"\n\"",
                                        "\"\x1f\"",
                                        "\"\\\n\"",
                                        "\"\\\xc3\xa9\"",  //
                                        "\"\\ud800\"",
                                        "\"\\udc00\"",
                                        "\"\\ud800\\ud800\"",
                                        "\"\\udc00\\ud800\"",
                                        "\"\\ud800x\"",
                                        "\"\\ud800\\n\"",
                                        "\"\\ud800\\u\"",
                                        "\"\\ud800\\u0041\"",  //
                                        "\"\x80\"",
                                        "\"\xff\"",
                                        "\"\xc3\"",
                                        "\"\xc3\\u00e9\"",
                                        "\"\xc0\xaf\"",
                                        "\"\xe0\x80\xaf\"",
                                        "\"\xed\xa0\x80\"",
                                        "\"\xf4\x90\x80\x80\"",
                                        "\"\xf0\x9f\x98\"",
                                        "\xef\xbb\xbf{}",
                                        "\xff\xfe"})
        CHECK_MESSAGE(!flaw(json).empty(), json);
    CHECK(!flaw(std::string_view("\"\0\"", 3)).empty());
    CHECK(!flaw(std::string_view("1\0", 2)).empty());
}

TEST_CASE("a fault is told with its byte") {
    CHECK(flaw("[1, x]") == "this is not JSON: no value begins at byte 4");
    CHECK(flaw("{\"a\":1") == "this is not JSON: a comma or } is missing at byte 6");
    CHECK(flaw("[\"a\xff\"]") == "this is not JSON: a string is not UTF-8 at byte 3");
    CHECK(flaw("[") == "this is not JSON: it ends early at byte 1");
    CHECK_THROWS_AS(JsonReader("1").text(), Error);
    CHECK_THROWS_AS(JsonReader("{}").array([] {}), Error);
}

TEST_CASE("limits hold") {
    const auto nested = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
    CHECK(flaw(nested(32)).empty());
    CHECK(flaw(nested(33)) == "this is not JSON: nested more than 32 levels deep at byte 32");
    CHECK(!flaw(std::string(1'000'000, '[')).empty());
    CHECK(!flaw([] {
               std::string s;
               for (int i = 0; i < 100'000; ++i)
                   s += "{\"\":";
               return s;
           }())
               .empty());
    CHECK(flaw("[\"12345\",\"12345\"]", {.depth = 1, .text = 5}).empty());
    CHECK(!flaw("\"123456\"", {.depth = 1, .text = 5}).empty());
    CHECK(!flaw("\"1234\\n\"", {.depth = 1, .text = 5}).empty());
    std::string wide = "[";
    for (int i = 0; i < 1000; ++i)
        wide += "[],{},";
    CHECK(flaw(wide + "0]").empty());
}

TEST_CASE("values come one by one, as they stand") {
    CHECK(text("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDe00\\u20ac\"") ==
          "\"\\/\b\f\n\r\té😀€");
    CHECK(text("\"a\\u0000b\"") == "ab");
    JsonReader in(" { \"n\" : 1.50e+03 , \"l\":[ true,\"x\" ], \"o\":{ \"a\" : null } } ");
    std::string seen;
    in.object([&](std::string&& name) {
        seen += name + "=";
        if (in.next() == JsonReader::Kind::array)
            in.array([&] { seen += std::string(in.skip()) + ","; });
        else
            seen += in.skip();
        seen += ";";
    });
    in.end();
    CHECK(seen == "n=1.50e+03;l=true,\"x\",;o={ \"a\" : null };");
}
