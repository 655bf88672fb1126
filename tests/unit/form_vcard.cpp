#include "base/base64.hpp"
#include "form/vcard.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace crm::form;

namespace {

std::vector<Card> cards(std::string_view text, long* stray = nullptr) {
    std::vector<Card> all;
    read_vcards(text, {[&](Card&& c) { all.push_back(std::move(c)); },
                       [&](long line, std::string) {
                           if (stray)
                               *stray = line;
                       },
                       {}});
    return all;
}

/// The properties of a card of which only these lines matter.
std::vector<Property> properties(const std::string& lines, const std::string& version = "3.0") {
    auto all = cards("BEGIN:VCARD\r\nVERSION:" + version + "\r\n" + lines + "END:VCARD\r\n");
    REQUIRE(all.size() == 1);
    return all[0].properties;
}

}  // namespace

TEST_CASE("folds are undone before anything is decoded") {
    const auto p = properties(
        "NOTE:Gr\xC3\r\n \xBC"
        "\xC3\x9F\r\n  Gott\r\n\tX\r\n");
    REQUIRE(p.size() == 1);
    CHECK(p[0].value == "Grüß GottX");
    CHECK(p[0].line == 3);
}

TEST_CASE("any line end will do") {
    for (const std::string end : {"\n", "\r\n", "\r", "\r\r\n"}) {
        const auto all =
            cards("BEGIN:VCARD" + end + "FN:A" + end + " B" + end + "TEL:1" + end + "END:VCARD" +
                  end + "BEGIN:vCard" + end + "FN:C" + end + "END:vcard");
        REQUIRE(all.size() == 2);
        CHECK(all[0].properties.at(0).value == "AB");
        CHECK(all[0].properties.at(1).value == "1");
        CHECK(all[1].properties.at(0).value == "C");
        CHECK(all[1].line == 6);
        CHECK(all[1].flaw.empty());
    }
}

TEST_CASE("names, groups and parameters") {
    const auto p = properties(
        "item1.tel;type=work,\"VOICE\";Pref:1\r\nTEL;HOME;FAX,ISDN:2\r\nEMAIL;X-A=\"a,b;c:d\":"
        "3\r\nTEL;TYPE=\"HOME,VOICE\":4\r\nTEL;TYPE=HOME\\,VOICE:5\r\n");
    REQUIRE(p.size() == 5);
    CHECK(p[0].group == "item1");
    CHECK(p[0].name == "TEL");
    CHECK(p[0].parameters ==
          std::vector<Parameter>{{"TYPE", "work"}, {"TYPE", "VOICE"}, {"TYPE", "Pref"}});
    CHECK(p[1].has("TYPE", "isdn"));
    CHECK(*p[2].parameter("X-A") == "a,b;c:d");
    for (const std::size_t i : {3u, 4u})
        CHECK(p[i].parameters == std::vector<Parameter>{{"TYPE", "HOME"}, {"TYPE", "VOICE"}});
    const auto four = properties("TEL;TYPE=\"work,voice\";X-NOTE=a^nb^'c^^:1\r\n", "4.0");
    CHECK(four[0].has("TYPE", "voice"));
    CHECK(*four[0].parameter("X-NOTE") == "a\nb\"c^");
    CHECK(properties("NOTE;X=\"open:a\r\n")[0].value == "a");
}

TEST_CASE("quoted-printable, its soft breaks and its charset") {
    auto p = properties("NOTE;ENCODING=QUOTED-PRINTABLE:Gr=FC=\r\n=DFe=0D=0Aa =\r\n b\r\nTEL:1\r\n",
                        "2.1");
    REQUIRE(p.size() == 2);
    CHECK(unescaped(p[0].value) == "Grüße\na  b");
    p = properties("NOTE;QUOTED-PRINTABLE;CHARSET=UTF-8:=E5=AE=\r\n =89=\r\n\r\nTEL:1\r\n", "2.1");
    REQUIRE(p.size() == 2);
    CHECK(p[0].value == "安");
    CHECK(p[0].parameters.empty());
    p = properties("NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:caf=E9\r\n", "2.1");
    CHECK(p[0].value == "café");
    p = properties("NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=A9=C3=A9=C3\r\n", "2.1");
    CHECK(p[0].value == "éé\xEF\xBF\xBD");
    p = properties("NOTE;ENCODING=QUOTED-PRINTABLE:a=\r\n", "2.1");
    CHECK(p[0].value == "a");
}

TEST_CASE("a code page named once counts for the card") {
    const auto p = properties(
        "FN:\xC2\xE1\r\nLABEL;CHARSET=windows-1253;ENCODING=QUOTED-PRINTABLE:=E1\r\n", "2.1");
    CHECK(p[0].value == "Βα");
    CHECK(p[1].value == "α");
    CHECK(properties("FN:M\xFCller\r\n")[0].value == "Müller");
    CHECK(properties("N;CHARSET=SHIFT_JIS:\x88\xC0\x93\xA1;\x83\x5C\r\n", "2.1")[0].value ==
          "安藤;ソ");
}

TEST_CASE("base64 ends where it ends") {
    for (const std::string photo : {"PHOTO;ENCODING=b;TYPE=JPEG:SGVs\r\n bG8=\r\n",
                                    "PHOTO;BASE64;TYPE=JPEG:\r\n  SGVs\r\n  bG8=\r\n\r\n",
                                    "PHOTO;ENCODING=BASE64:SGVs\r\nbG8=\r\n"}) {
        const auto p = properties(photo + "TEL:1\r\n");
        REQUIRE(p.size() == 2);
        CHECK(crm::from_base64(p[0].value) == "Hello");
        CHECK(*p[0].parameter("ENCODING") == "B");
        CHECK(p[1].name == "TEL");
    }
    const auto key =
        properties("KEY;X509;ENCODING=BASE64:\r\n    RU5EOlZDQVJE\r\n    RU5E\r\n\r\n");
    REQUIRE(key.size() == 1);
    CHECK(crm::from_base64(key[0].value) == "END:VCARDEND");
}

TEST_CASE("cards within cards") {
    auto all = cards(
        "BEGIN:VCARD\nVERSION:2.1\nN:p\nAGENT:\nBEGIN:VCARD\nN:a\nEND:VCARD\nBEGIN:VCARD\nN:b\nEND:"
        "VCARD\nTEL:1\nEND:VCARD\n");
    REQUIRE(all.size() == 1);
    CHECK(all[0].properties.size() == 2);
    REQUIRE(all[0].agents.size() == 2);
    CHECK(all[0].agents[1].line == 8);
    all = cards(
        "BEGIN:VCARD\nVERSION:3.0\nFN:p\nAGENT:BEGIN:VCARD\\nFN:Susan\\, "
        "S\\nEND:VCARD\\n\nEND:VCARD\n");
    REQUIRE(all.size() == 1);
    REQUIRE(all[0].agents.size() == 1);
    CHECK(unescaped(all[0].agents[0].properties.at(0).value) == "Susan, S");
    CHECK(all[0].agents[0].line == 4);
    std::string deep;
    for (int i = 0; i < 100000; ++i)
        deep += "BEGIN:VCARD\r\n";
    all = cards(deep);
    REQUIRE(all.size() == 1);
    CHECK(all[0].refused);
}

TEST_CASE("a missing END or BEGIN is told and costs nothing else") {
    auto all = cards("BEGIN:VCARD\r\nFN:A\r\nTEL:12");
    REQUIRE(all.size() == 1);
    CHECK(all[0].flaw == "the card has no END:VCARD");
    CHECK(all[0].flaw_line == 1);
    CHECK(all[0].properties.size() == 1);  // the last line may have been cut
    all = cards("\r\nVERSION:3.0\r\nFN:A\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:B\r\nEND:VCARD\r\n");
    REQUIRE(all.size() == 2);
    CHECK(all[0].flaw == "the card has no BEGIN:VCARD");
    CHECK(all[0].flaw_line == 2);
    CHECK(all[1].flaw.empty());
    std::string many = "BEGIN:VCARD\nFN:open\n";
    for (int i = 0; i < 1000; ++i)
        many += "BEGIN:VCARD\nFN:x\nEND:VCARD\n";
    all = cards(many);
    CHECK(all.size() > 900);
    CHECK(all[0].flaw == "the card has no END:VCARD");
    long stray = 0;
    CHECK(cards("name,phone\nAda,1\n", &stray).empty());
    CHECK(stray == 1);
    CHECK(cards("BEGIN:VLIST\nFN:test\nEND:VLIST\nBEGIN:VCARD\nFN:A\nEND:\nTEL:1\nEND:VCARD\n")
              .at(0)
              .properties.size() == 3);
}

TEST_CASE("too long a line refuses its card only") {
    const std::string long_note = "NOTE:" + std::string((1 << 20) + 10, 'x') + "\r\n";
    auto all = cards("BEGIN:VCARD\r\nFN:A\r\n" + long_note +
                     "END:VCARD\r\nBEGIN:VCARD\r\nFN:B\r\nEND:VCARD\r\n");
    REQUIRE(all.size() == 2);
    CHECK(all[0].refused);
    CHECK(all[0].flaw_line == 3);
    CHECK_FALSE(all[1].refused);
    std::string folds = "BEGIN:VCARD\r\nFN:";
    for (int i = 0; i < 1000000; ++i)
        folds += "ab\r\n ";
    all = cards(folds + "\r\nEND:VCARD\r\n");
    REQUIRE(all.size() == 1);
    CHECK(all[0].refused);
}

TEST_CASE("escapes and components") {
    CHECK(unescaped("a\\, b\\;c\\\\d\\ne\\:f\\q") == "a, b;c\\d\ne:f\\q");
    CHECK(escaped("a, b;c\\d\r\ne") == "a\\, b\\;c\\\\d\\ne");
    CHECK(components("Doe;Jo\\;hn;;x") == std::vector<std::string_view>{"Doe", "Jo\\;hn", "", "x"});
    for (const std::string bytes : {"", "a", "ab", "abc", "\xFF\0\x01\x02"})
        CHECK(crm::from_base64(crm::to_base64(bytes)) == bytes);
}

TEST_CASE("content lines are written as they are read") {
    const Property p{
        "item1", "X-FOO", {{"TYPE", "work"}, {"TYPE", "a,b \"q\"^\n"}, {"X", "1"}}, "a\\, b\nc", 0};
    const std::string line = content_line(p);
    CHECK(line == "item1.X-FOO;TYPE=work,\"a,b ^'q^'^^^n\";X=1:a\\, b\\nc");
    std::string out;
    append_folded("NOTE:" + std::string(69, 'x') + "äöü" + std::string(100, 'y'), out);
    for (std::size_t at = 0; at < out.size();) {
        const auto end = out.find("\r\n", at);
        CHECK(end - at <= 75);
        CHECK((static_cast<unsigned char>(out[at + 1]) & 0xC0) != 0x80);
        at = end + 2;
    }
    CHECK(properties(out)[0].value == std::string(69, 'x') + "äöü" + std::string(100, 'y'));
    for (std::size_t length = 20; length < 60; ++length) {
        const std::string value = std::string(length, 'x') + "=3D==" + std::string(60, 'y');
        std::string encoded, plain;
        append_folded("NOTE;ENCODING=QUOTED-PRINTABLE:" + value, encoded);
        append_folded("NOTE:" + value, plain);
        CHECK(properties(encoded)[0].value.ends_with("==" + std::string(60, 'y')));
        CHECK(properties(plain)[0].value == value);
    }
}

TEST_CASE("xCard and jCard are the same cards") {
    std::vector<Card> all;
    const CardSink sink{[&](Card&& c) { all.push_back(std::move(c)); }, {}, {}};
    REQUIRE(read_xcards(
        R"(<?xml version="1.0"?><!-- x --><vcards xmlns="urn:ietf:params:xml:ns:vcard-4.0"><vcard>
<fn><text>Ada &amp; Co; &#x41;</text></fn><n><surname>L</surname><given>A</given><additional/><prefix/><suffix>x</suffix><suffix>y</suffix></n>
<group name="g1"><tel><parameters><type><text>work</text><text>cell</text></type></parameters><uri>tel:+1;ext=2</uri></tel></group>
<note><text><![CDATA[a<b]]></text></note></vcard></vcards>)",
        sink));
    REQUIRE(read_jcards(
        R"(["vcard",[["version",{},"text","4.0"],["fn",{},"text","Ada & Co; \u0041"],["n",{},"text",["L","A","","",["x","y"]]],
["tel",{"type":["work","cell"],"group":"g1"},"uri","tel:+1;ext=2"],["note",{},"text","a<b"]]])",
        sink));
    REQUIRE(all.size() == 2);
    for (const Card& card : all) {
        REQUIRE(card.properties.size() == 4);
        CHECK(unescaped(card.properties[0].value) == "Ada & Co; A");
        CHECK(card.properties[1].value == "L;A;;;x,y");
        CHECK(card.properties[2].group == "g1");
        CHECK(card.properties[2].has("TYPE", "cell"));
        CHECK(card.properties[2].value == "tel:+1;ext=2");
        CHECK(card.properties[3].value == "a<b");
    }
    CHECK_FALSE(read_xcards("<html><p>x</html>", sink));
    CHECK_FALSE(read_xcards("<!DOCTYPE x [<!ENTITY a 'b'>]><vcards/>", sink));
    CHECK_FALSE(read_jcards("[1,2]", sink));
    CHECK_FALSE(read_jcards("[\"vcard\",[" + std::string(100000, '['), sink));
    std::string deep = "<vcard>";
    for (int i = 0; i < 100000; ++i)
        deep += "<a>";
    CHECK_FALSE(read_xcards(deep, sink));
}

TEST_CASE("a text cut within its last line loses that line only") {
    const auto all = cards("BEGIN:VCARD\r\nFN:A\r\nNOTE:M\xFCller");
    REQUIRE(all.size() == 1);
    REQUIRE(all[0].properties.size() == 1);
    CHECK(all[0].properties[0].value == "A");
}
