#include "form/ldif.hpp"
#include "form_drafts.hpp"

#include <doctest/doctest.h>

using namespace crm;

namespace {
Drafts read_ldif(std::string_view text) {
    static const meta::Model model;
    Drafts drafts;
    form::import_ldif(text, "book.ldif", model, drafts);
    return drafts;
}
}  // namespace

TEST_CASE("people of an address book") {
    const auto got = read_ldif(
        "version: 1\n\n# a comment\n#  that goes on\n"
        "dn: cn=Ada Lovelace,o=Engine\nobjectclass: person\nobjectClass: inetOrgPerson\ncn: Ada\n  "
        "Lovelace\ngivenName: Ada\nsn: Lovelace\n"
        "mail: ada@example.org\nmozillaSecondEmail: al@example.org\ntelephoneNumber: 123 "
        "4567\nmobile: 765 4321\no: Engine\nl: London\n"
        "mozillaHomeLocalityName: Ockham\nbirthyear: 1815\nbirthmonth: 12\nbirthday: "
        "10\ndescription:: TWF0aCDigJQgYW5kCm11c2lj\n"
        "custom1: blue\njpegPhoto:: /9j/\n\n"
        "dn: cn=Bo\r\ncn: Bo\r\nmail: b@x.org\r\nmail: c@x.org\r\nmemberUrl:< "
        "file:///etc/passwd\r\n");
    REQUIRE(got.drafts.size() == 2);
    CHECK(got.drafts[0].line == 5);
    CHECK(got.at(0, "name") == "Ada Lovelace");
    CHECK(got.at(0, "emails") == "ada@example.org; al@example.org");
    CHECK(got.at(0, "phones") == "123 4567 (work); 765 4321 (mobile)");
    CHECK(got.at(0, "address.city") == "London");
    CHECK(got.at(0, "birthday") == "1815-12-10");
    CHECK(got.at(0, "description") == "Math — and\nmusic");
    CHECK(got.account(0, "name") == "Engine");
    CHECK(got.at(0, "extra").find("custom1:blue") != std::string::npos);
    CHECK(got.at(0, "extra").find("Ockham") != std::string::npos);
    REQUIRE(got.drafts[0].files.size() == 1);
    CHECK(got.drafts[0].files[0].bytes == "\xFF\xD8\xFF");
    CHECK(got.at(1, "emails") == "b@x.org; c@x.org");
    REQUIRE(got.troubles.size() == 1);
    CHECK(!got.troubles[0].rejected);
}

TEST_CASE("what is not taken is named") {
    const auto got = read_ldif(
        "dn: cn=x\nchangetype: delete\n\ndn: cn=list\nobjectclass: groupOfNames\ncn: list\n\ndn: "
        "cn=y\nno attribute\n\ndn: cn=z\nstreet: 1 Road\n");
    CHECK(got.drafts.empty());
    REQUIRE(got.troubles.size() == 4);
    CHECK(got.troubles[0].why == "changetype delete is not taken, only add");
    CHECK(!got.troubles[1].rejected);
    CHECK(got.troubles[2].why == "line 9 is not an attribute");
    CHECK(got.troubles[3].line == 11);
    CHECK(read_ldif("").troubles.empty());
}
