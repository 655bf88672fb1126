#include "base/decimal.hpp"

#include <doctest/doctest.h>

using namespace crm;

TEST_CASE("which mark separates the decimals") {
    CHECK(decimal_marks("12,50") == comma);
    CHECK(decimal_marks("12.50") == point);
    CHECK(decimal_marks("1.234,50 €") == comma);
    CHECK(decimal_marks("$1,234.50") == point);
    CHECK(decimal_marks("1.234.567") == comma);
    CHECK(decimal_marks("1 234.567") == point);
    CHECK(decimal_marks("0.125") == point);
    CHECK(decimal_marks("1234.567") == point);
    CHECK(decimal_marks("1.234") == (point | comma));
    CHECK(decimal_marks("-1,234 EUR") == (point | comma));
    CHECK(decimal_marks("1200") == no_mark);
    CHECK(decimal_marks("1.2.3") == no_mark);
    CHECK(decimal_marks("1.2x3") == no_mark);
    CHECK(decimal_marks("") == no_mark);
}

TEST_CASE("a number of two readings with the mark of its column") {
    CHECK(with_decimal_mark("1.234", comma) == "1234");
    CHECK(with_decimal_mark("1.234", point) == "1.2340");
    CHECK(with_decimal_mark("1,234 €", point) == "1234 €");
    CHECK(with_decimal_mark("$-1,234", comma) == "$-1,2340");
    CHECK(with_decimal_mark("12,50", point) == "12,50");
    CHECK(with_decimal_mark("1.234", no_mark) == "1.234");
}

TEST_CASE("whole numbers have no decimals") {
    for (const std::string_view number :
         {"1.200", "1,200", "1 200", "1'200", "1’200", "1\u00a0200", "1200", "1.200,00", "1,200.0"})
        CHECK_MESSAGE(without_thousands(number) == "1200", number);
    CHECK(without_thousands("-1.200.000") == "-1200000");
    CHECK(without_thousands("80.0") == "80");
    for (const std::string_view other : {"12,5", "1.20", "1.2.3", "50-100", "1.200 people", "x"})
        CHECK_MESSAGE(without_thousands(other) == other, other);
}

TEST_CASE("a share of one as per cent") {
    CHECK(share_as_percent("0.9") == "90");
    CHECK(share_as_percent("1.0") == "100");
    CHECK(share_as_percent("0,05") == "5");
    CHECK(share_as_percent("0.125") == "12.5");
    CHECK(share_as_percent("0") == "0");
    CHECK(share_as_percent(".5") == "50");
    for (const std::string_view other : {"", "1.5", "90", "0.9 %", "-0.5"})
        CHECK_MESSAGE(!share_as_percent(other).has_value(), other);
}

TEST_CASE("numbers with an exponent") {
    CHECK(without_exponent("6.0E7") == "60000000");
    CHECK(without_exponent("8.0E1") == "80");
    CHECK(without_exponent("1.25e1") == "12.5");
    CHECK(without_exponent("1E") == "1E");
}
