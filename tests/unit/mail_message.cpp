#include "mail/message.hpp"

#include <doctest/doctest.h>

#include <string>

using crm::mail::quoted_printable;

TEST_CASE("quoted-printable: what stays, what is encoded, and where a line goes on") {
    CHECK(quoted_printable("") == "");
    CHECK(quoted_printable("a = b\tc") == "a =3D b\tc\r\n");
    CHECK(quoted_printable("one\r\ntwo\n\nthree") == "one\r\ntwo\r\n\r\nthree\r\n");
    CHECK(quoted_printable("blank \ntab\t\r\nboth \t") == "blank=20\r\ntab=09\r\nboth =09\r\n");
    CHECK(quoted_printable("Gr\xC3\xBC\xC3\x9F"
                           "e") == "Gr=C3=BC=C3=9Fe\r\n");
    const std::string full(75, 'x');
    CHECK(quoted_printable(full) == full + "\r\n");
    CHECK(quoted_printable(full + "y") == full + "=\r\ny\r\n");
    CHECK(quoted_printable(full + "y\n" + full) == full + "=\r\ny\r\n" + full + "\r\n");
    const std::string nearly(73, 'x');  // no room for three more
    CHECK(quoted_printable(nearly + "=") == nearly + "=\r\n=3D\r\n");
    CHECK(quoted_printable(nearly + "  ") == nearly + " =\r\n=20\r\n");
    CHECK(quoted_printable(nearly + " y\n") == nearly + " y\r\n");
}
