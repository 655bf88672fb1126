#include "meta/type.hpp"

#include <doctest/doctest.h>

using namespace crm;

namespace {
std::string quoted(std::string_view s) {
    std::string out;
    meta::json_string(s, out);
    return out;
}
}  // namespace

TEST_CASE("JSON strings carry nothing that steers a terminal") {
    CHECK(quoted("a\"\\/\n\r\t\x01\x7f") == "\"a\\\"\\\\/\\n\\r\\t\\u0001\\u007f\"");
    CHECK(quoted("x\u0080\u009fy\u00a0") == "\"x\\u0080\\u009fy\u00a0\"");
    CHECK(quoted("\u2027\u2028\u2029\u202a\u202e\u202f") ==
          "\"\u2027\\u2028\\u2029\\u202a\\u202e\u202f\"");
    CHECK(quoted("\u2065\u2066\u2069\u206a") == "\"\u2065\\u2066\\u2069\u206a\"");
    CHECK(quoted("€ é 漢 🙂 ©") == "\"€ é 漢 🙂 ©\"");
    CHECK(quoted("\xe2\x80") == "\"\xe2\x80\"");
    CHECK(quoted("\xe2\xc2\x85") == "\"\xe2\\u0085\"");
}

TEST_CASE("labels are joined so that they can be split again") {
    const std::vector<std::string> labels{"work",  "Grandma's, old", "a\\b",
                                          "end\\", "(x; y)",         "two\nlines"};
    CHECK(meta::labels_text(labels) ==
          "work, Grandma's\\, old, a\\\\b, end\\\\, (x; y), two\\nlines");
    CHECK(meta::read_labels(meta::labels_text(labels)) == labels);
    CHECK(meta::read_labels(" work ,, main,").size() == 2);
    CHECK(meta::labels_text({}).empty());
    CHECK(meta::read_labels("").empty());

    const meta::Item item{"a@x.example", labels};
    const std::string list = meta::items_text(std::span(&item, 1));
    REQUIRE(meta::read_items(list) == std::vector{item});
    const meta::Model model;
    const meta::FieldInfo* emails = model.get("contact").find("emails");
    REQUIRE(emails != nullptr);
    const View cell{std::string_view(list)};
    std::string json;
    meta::json(*emails, std::span(&cell, 1), json);
    CHECK(
        json ==
        R"([{"value":"a@x.example","type":"work, Grandma's\\, old, a\\\\b, end\\\\, (x; y), two\\nlines","primary":true}])");
}

TEST_CASE("what is an address that mail could be sent to") {
    for (const std::string_view good :
         {"a@b", "a..b@docomo.example", R"("a:b"@c.example)", "伟@例子.example", "a@b_c.example",
          "a@i❤.example", "a@xn--mnchen-3ya.example"})
        CHECK_MESSAGE(meta::is_email(good), good);
    for (const std::string_view bad :
         {"", "@", "a@", "@b", "a@b.", "a@.b", "a@b..c", "a:b@c", "a@b:25", "a@b@c", "a,b@c",
          "a@b\n",
          // not UTF-8; a control character; one that is not seen
          "a@\x81.example", "a\x81@b.example", "a@\xc2\x81.example", "a\xc2\x81@b.example",
          "a@b\u200b.example", "a@b\ufffd.example", "a@-b.example", "a@b-.example"})
        CHECK_MESSAGE(!meta::is_email(bad), bad);
    const std::string longest(63, 'x');
    CHECK(meta::is_email("a@" + longest + ".example"));
    CHECK_FALSE(meta::is_email("a@x" + longest + ".example"));
}
