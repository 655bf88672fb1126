#include "base/idna.hpp"

#include <doctest/doctest.h>

using crm::ascii_address;
using crm::ascii_domain;

TEST_CASE("domains beyond ASCII are encoded label by label") {
    CHECK(ascii_domain("Example.ORG") == "example.org");
    CHECK(ascii_domain("München.example") == "xn--mnchen-3ya.example");
    CHECK(ascii_domain("Mu\u0308nchen.example") == "xn--mnchen-3ya.example");
    CHECK(ascii_domain("XN--MNCHEN-3YA.example") == "xn--mnchen-3ya.example");
    CHECK(ascii_domain("bücher.ch") == "xn--bcher-kva.ch");
    CHECK(ascii_domain("faß.de") == "xn--fa-hia.de");
    CHECK(ascii_domain("例え.テスト") == "xn--r8jz45g.xn--zckzah");
    // RFC 3492, 7.1: (A) Arabic, (L) 3<nen>B<gumi><kinpachi><sensei>, (S) -> $1.00 <-.
    CHECK(ascii_domain("ليهمابتكلموشعربي؟") == "xn--egbpdaj6bu4bxfgehfvwxn");
    CHECK(ascii_domain("3年b組金八先生") == "xn--3b-ww4c5e180e575a65lsy2b");
    CHECK(ascii_domain("-> $1.00 <-") == "-> $1.00 <-");
    CHECK(ascii_domain("") == "");
}

TEST_CASE("what is before the @ of an address stays") {
    CHECK(ascii_address("Ada@Acme.example") == "Ada@Acme.example");
    CHECK(ascii_address("jörg@bücher.ch") == "jörg@xn--bcher-kva.ch");
    CHECK(ascii_address("@bücher.ch") == "@xn--bcher-kva.ch");
    CHECK(ascii_address("nobody") == "nobody");
}
