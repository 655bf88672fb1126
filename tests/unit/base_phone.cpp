#include "base/phone.hpp"

#include <doctest/doctest.h>

using namespace crm;

namespace {
std::string full(std::string_view typed, std::string_view country = "") {
    return e164(typed, country).value_or("none");
}
}  // namespace

TEST_CASE("phone: digits") {
    CHECK(same_phone("0044 (0)20 79460958", "+44 20 7946 0958"));
    CHECK(phone_digits("+49 (30) 1234-567") == "49301234567");
    CHECK(phone_digits("+44 (0)20 7946 0958") == "442079460958");
    CHECK(phone_digits("tel:+1-212-555-1234;ext=99") == "12125551234");
    CHECK(phone_digits("212.555.1234 x123") == "2125551234");
    CHECK(phone_digits("p1234p5678w9") == "1234");
    CHECK(phone_digits("030 1234567,,12#") == "0301234567");
    CHECK(phone_digits("０３－１２３４－５６７８") == "0312345678");
    CHECK(phone_digits("030\u00A0123\u20114567") == "0301234567");
    CHECK(phone_digits("none") == "");
    CHECK(phone_digits(std::string(100000, '1')).size() < 100);
}

TEST_CASE("phone: extension") {
    CHECK(phone_extension("212-555-1234 x123") == "123");
    CHECK(phone_extension("212-555-1234 ext. 123") == "123");
    CHECK(phone_extension("tel:+1-212-555-1234;ext=5555") == "5555");
    CHECK(phone_extension("212-555-1234 #7") == "7");
    CHECK(phone_extension("212-555-1234 fax 2") == "");
    CHECK(phone_extension("212-555-1234") == "");
}

TEST_CASE("phone: E.164") {
    CHECK(full("+49 30 1234567") == "+49301234567");
    CHECK(full("0049 30 1234567") == "+49301234567");
    CHECK(full("0049 30 1234567", "FR") == "+49301234567");
    CHECK(full("011 49 30 1234567", "US") == "+49301234567");
    CHECK(full("030 1234567", "DE") == "+49301234567");
    CHECK(full("1234567", "DE") == "none");  // local: the area is not known
    CHECK(full("(212) 555-1234", "us") == "+12125551234");
    CHECK(full("1 212 555 1234", "US") == "+12125551234");
    CHECK(full("555-1234", "US") == "none");
    CHECK(full("06 12 34 56 78", "FR") == "+33612345678");
    CHECK(full("020 7946 0958", "GB") == "+442079460958");
    CHECK(full("98765 43210", "IN") == "+919876543210");
    CHECK(full("138 0013 8000", "CN") == "+8613800138000");
    CHECK(full("010 6552 9988", "CN") == "+861065529988");
    CHECK(full("06 1234 5678", "IT") == "+390612345678");
    CHECK(full("8 (912) 345-67-89", "RU") == "+79123456789");
    CHECK(full("06 1 234 5678", "HU") == "+3612345678");
    CHECK(full("612 345 678", "ES") == "+34612345678");
    CHECK(full("+49 030 1234567") == "+49301234567");
    CHECK(full("+39 06 1234 5678") == "+390612345678");
    CHECK(full("030 1234567") == "none");
    CHECK(full("030 1234567", "XX") == "none");
    CHECK(full("+1 234") == "none");
    CHECK(full("+1234567890123456") == "none");
    CHECK(full("") == "none");
    CHECK(full("+12125551234 x5", "DE") == "+12125551234");
}

TEST_CASE("phone: key and sameness") {
    CHECK(phone_key("+49 30 1234567") == "1234567");
    CHECK(phone_key("030/1234567") == "1234567");
    CHECK(phone_key("110") == "110");
    CHECK(same_phone("+49 30 1234567", "030 1234567"));
    CHECK(same_phone("+43 30 1234567", "030 1234567"));
    CHECK_FALSE(same_phone("+43 30 1234567", "030 1234567", "DE"));
    CHECK(same_phone("+49 30 1234567", "030 1234567", "DE"));
    CHECK(same_phone("+49 030 1234567", "030 1234567", "DE"));
    CHECK(
        same_phone("+49 30 1234567", "1234567", "DE"));  // without the area, as without the country
    CHECK_FALSE(same_phone("+49 30 1234567 x1", "030 1234567 x2", "DE"));
    CHECK(same_phone("0049301234567", "+49301234567"));
    CHECK(same_phone("(212) 555-1234", "+1 212 555 1234"));
    CHECK_FALSE(same_phone("+49 30 1234567", "040 1234567"));
    CHECK_FALSE(same_phone("+49 212 5551234", "+1 212 5551234"));
    CHECK_FALSE(same_phone("123456", "123456"));
    CHECK_FALSE(same_phone("212 555 1234 x1", "212 555 1234 x2"));
    CHECK(same_phone("212 555 1234 x1", "212 555 1234"));
    CHECK_FALSE(same_phone("", ""));
    CHECK_FALSE(same_phone("0000000", "00000000"));
}
