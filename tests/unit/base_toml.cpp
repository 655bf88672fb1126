#include "base/toml.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace crm;

namespace {

std::string repeated(std::string_view text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i)
        out += text;
    return out;
}

}  // namespace

TEST_CASE("TOML that is nested too deep is a fault with its line, however it nests") {
    const std::string brackets = repeated("[", 100'000) + repeated("]", 100'000);
    const std::string deep[] = {
        "\n" + repeated("a.", 150'000) + "b = 1\n",
        "\n[" + repeated("a.", 150'000) + "b]\n",
        "\n[[" + repeated("a.", 150'000) + "b]]\n",
        "\nx = " + brackets,
        "\nx = " + repeated("{a = ", 100'000) + "1" + repeated("}", 100'000),
        "\nx = " + repeated("{a.b.c = ", 40'000) + "1" + repeated("}", 40'000),
        "\nx = " + repeated("[{a = ", 50'000) + "1" + repeated("}]", 50'000),
        "\n" + repeated("\"a\" . ", 50'000) + "b = 1\n",
        "\n" + repeated("'a'.", 50'000) + "b = 1\n",
        // What looks like the end of a text, or like a comment, is none.
        "\nx = [\"\"\"a\"\"\"\", " + brackets + "]",
        "\nx = [\"\\\"#\", " + brackets + "]",
        "\nx = ['\\', " + brackets + "]",
        "\nx = [\"\", " + brackets + "]",
    };
    for (const std::string& text : deep) {
        CAPTURE(text.substr(0, 40));
        const auto read = parse_toml(text);
        REQUIRE_FALSE(read);
        CHECK(read.error().line == 2);
        CHECK(read.error().message == "tables, lists and keys are nested deeper than 32");
    }
}

TEST_CASE("the depth of TOML is not the number of its dots and brackets") {
    const std::string flat[] = {
        "x = [" + repeated("[1.5, 2.5], ", 1000) + "]",
        repeated("[[a.b]]\nc.d = 1\n", 1000),
        "x = \"" + repeated("[.{", 1000) + "\"\n",
        "x = '''\n" + repeated("[.{\n", 1000) + "'''\n",
        "# " + repeated("[.{", 1000) + "\n",
        "x = [\n" + repeated("  \"a.b.c\", # ...\n", 1000) + "]\n",
        "x = " + repeated("[", 30) + repeated("]", 30),
        repeated("a.", 31) + "b = 1",
    };
    for (const std::string& text : flat) {
        CAPTURE(text.substr(0, 40));
        CHECK(parse_toml(text));
    }
    const auto read = parse_toml("x = \"\"\"\na\n\"\"\"\n[a]\nb = ''\n");
    REQUIRE(read);
    CHECK(read->find("a")->find("b")->line == 5);
}

TEST_CASE("what the parser of TOML does not expect is a fault with its line") {
    for (const std::string text :
         {"[\x1b]", "[,x]", "[#]", "x = 2026-11-30T:", "[[ =", "x = {,}"}) {
        CAPTURE(text);
        const auto read = parse_toml("a = 1\n[b]\nc = 2\n" + text + "\nd = 3\n");
        REQUIRE_FALSE(read);
        CHECK(read.error().line == 4);
        CHECK_FALSE(read.error().message.empty());
    }
}
