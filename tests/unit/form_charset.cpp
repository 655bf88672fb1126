#include "form/charset.hpp"

#include <doctest/doctest.h>

using namespace crm;
using namespace crm::form;
using namespace std::string_literals;

namespace {

std::string wide(std::string_view ascii, bool big) {
    std::string out;
    for (const char c : ascii) {
        if (big)
            out += '\0';
        out += c;
        if (!big)
            out += '\0';
    }
    return out;
}

}  // namespace

TEST_CASE("a file tells its encoding by a mark or by its zeros") {
    CHECK(decoded("\xEF\xBB\xBF"
                  "a;b")
              .value() == "a;b");
    CHECK(decoded("\xFF\xFE" + wide("name\r\n", false)).value() == "name\r\n");
    CHECK(decoded("\xFE\xFF" + wide("name\r\n", true)).value() == "name\r\n");
    CHECK(decoded(wide("name,phone\r\n", false)).value() == "name,phone\r\n");
    CHECK(decoded(wide("name,phone\r\n", true)).value() == "name,phone\r\n");
    CHECK(decoded("\xFF\xFE\x3D\xD8\x00\xDE"s).value() == "\xF0\x9F\x98\x80");  // a surrogate pair
    CHECK(decoded("\xFF\xFE\x3D\xD8"s).value() == "\xEF\xBF\xBD");              // half of one
    CHECK(decoded("").value().empty());
}

TEST_CASE("UTF-32 and binary bytes are refused") {
    std::string utf32 = "\xFE\xFF\0\0"s;
    for (const char c : "name,phone"s)
        utf32 += "\0\0\0"s + c;
    CHECK_FALSE(decoded(utf32));
    CHECK_FALSE(decoded(std::string(4096, '\0')));
    CHECK_FALSE(decoded("x", "no-such-charset"));
    CHECK_FALSE(decoded("x", "UTF-8//IGNORE"));
}

TEST_CASE("unmarked bytes are UTF-8, else Windows-1252") {
    CHECK(decoded("Müller").value() == "Müller");
    CHECK(decoded("M\xFCller \x80").value() == "Müller €");
    CHECK(from_charset("M\xFCller", "") == "Müller");
    CHECK(from_charset("\xC2\xE1", "windows-1253") == "Βα");
    CHECK(from_charset("\x88\xC0\x93\xA1", "Shift_JIS") == "安藤");
    CHECK(from_charset("M\xFC", "nothing-known") == "Mü");
    CHECK(from_charset("a\xFF"
                       "b",
                       "UTF-8") ==
          "a\xEF\xBF\xBD"
          "b");
    CHECK(known_charset("ISO-8859-1"));
    CHECK_FALSE(known_charset("../../x"));
}
