#include "form/recognise.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace crm::form;
using namespace std::string_view_literals;

TEST_CASE("files are known by their bytes") {
    const auto kind = [](std::string_view bytes, std::string_view name = "x") {
        const auto found = recognise(bytes, name);
        return found ? std::string(kind_name(*found)) : found.error().message;
    };
    CHECK(kind("BEGIN:VCARD\nEND:VCARD\n") == "vcard");
    CHECK(kind("\xEF\xBB\xBF\r\nbegin:vcard\r\n") == "vcard");
    CHECK(kind("[\"vcard\", []]") == "jcard");
    CHECK(kind("[[ \"vcard\",[]]]") == "jcard");
    CHECK(kind("<?xml version=\"1.0\"?>\n<vcards xmlns=\"urn:ietf:params:xml:ns:vcard-4.0\"/>") ==
          "xcard");
    CHECK(kind("{\"kind\": \"store\",\"schema\":1}\n") == "store");
    CHECK(kind("{\"name\":\"A\"}\n") == "json");
    CHECK(kind("[\n{\"name\":\"A\"}]") == "json");
    CHECK(kind("# book\nversion: 1\n\ndn: cn=a\n") == "ldif");
    CHECK(kind("dn: cn=a\ncn: a\n") == "ldif");
    CHECK(kind("name;email\nA;b\n") == "csv");
    CHECK(kind("FN:A\nEND:VCARD\n", "x.vcf") == "vcard");
    CHECK(kind("", "a.csv") == "a.csv is empty");
    CHECK(kind("\xEF\xBB\xBF \r\n", "a.csv") == "a.csv is empty");
    CHECK(kind("<html>", "a.csv") == "a.csv is a web page, not a table or a card");
    CHECK(kind("PK\x03\x04\x14", "a.xlsx") == "a.xlsx is a workbook or an archive");
    CHECK(kind("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"sv, "a.png") == "a.png is not text");
    CHECK(kind("\xFF\xFE"
               "B\0E\0G\0I\0N\0:\0V\0C\0A\0R\0D\0\r\0\n\0"sv) == "vcard");
    CHECK(kind_named("vcf") == FileKind::vcard);
    CHECK(kind_named("cvs").error().hint == "did you mean csv?");
}
