#include "base/money.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace crm;

namespace {
std::string money(std::string_view text, std::string_view currency = "EUR") {
    auto m = read_money(text, currency);
    if (!m)
        return "! " + m.error().message;
    return money_text(m->minor, m->currency) + " " + m->currency;
}
}  // namespace

TEST_CASE("money is read as people write it") {
    CHECK(money("1200") == "1200.00 EUR");
    CHECK(money("1,200.50") == "1200.50 EUR");
    CHECK(money("1.200,50") == "1200.50 EUR");
    CHECK(money("1 200,5") == "1200.50 EUR");
    CHECK(money("1'234'567.80 CHF") == "1234567.80 CHF");
    CHECK(money("1.234.567") == "1234567.00 EUR");
    CHECK(money("12,345,678.9") == "12345678.90 EUR");
    CHECK(money("10k") == "10000.00 EUR");
    CHECK(money("2.5M") == "2500000.00 EUR");
    CHECK(money("1.125k") == "1125.00 EUR");
    CHECK(money("1bn") == "1000000000.00 EUR");
    CHECK(money("10kEUR") == "10000.00 EUR");
    CHECK(money("10k usd") == "10000.00 USD");
    CHECK(money("EUR 5") == "5.00 EUR");
    CHECK(money("$125000") == "125000.00 USD");
    CHECK(money("$5", "CAD") == "5.00 CAD");
    CHECK(money("US$5", "CAD") == "5.00 USD");
    CHECK(money("€5") == "5.00 EUR");
    CHECK(money("5 €", "USD") == "5.00 EUR");
    CHECK(money("-€5") == "-5.00 EUR");
    CHECK(money("€-0.05") == "-0.05 EUR");
    CHECK(money(".5") == "0.50 EUR");
    CHECK(money("0.500") == "0.50 EUR");
    CHECK(money("¥500") == "500 JPY");
    CHECK(money("1.2345 CLF") == "1.2345 CLF");
}

TEST_CASE("the decimals of a currency decide what a lone separator is") {
    CHECK(money("1.234 KWD") == "1.234 KWD");
    CHECK(money("1,234 KWD") == "! '1,234 KWD' may mean 1234 or 1.234");
    CHECK(money("-1.234", "KWD") == "-1.234 KWD");
    CHECK(money("1.234.567 KWD") == "1234567.000 KWD");
    CHECK(money("1.234,5 KWD") == "1234.500 KWD");
    CHECK(money("1,234 JPY") == "1234 JPY");
    CHECK(money("1.234", "JPY") == "1234 JPY");
    CHECK(money("1.234EUR").starts_with("!"));
    CHECK(money("1.234", "EUR").starts_with("!"));
    CHECK(money("1.234 CLF").starts_with("!"));
    CHECK(money("1.234,").starts_with("!"));
}

TEST_CASE("numbers are read in the notations of amounts") {
    const auto number = [](std::string_view text, LoneMarks lone = {}) {
        const auto read = read_number(text, lone);
        return read ? read->text() : "! " + read.error().message;
    };
    constexpr LoneMarks whole{LoneMark::thousands, LoneMark::thousands};
    CHECK(number("1.000.000") == "1000000");
    CHECK(number("1,000,000.5") == "1000000.5");
    CHECK(number("1.000,5") == "1000.5");
    CHECK(number("1,5") == "1.5");
    CHECK(number("1'234.5") == "1234.5");
    CHECK(number("1.234") == "! '1.234' may mean 1234 or 1.234");
    CHECK(number("1.234", whole) == "1234");
    CHECK(number("-1 200", whole) == "-1200");
    CHECK(number("60.0", whole) == "60");
    CHECK(number("1.234", {LoneMark::decimal, LoneMark::ambiguous}) == "1.234");
    for (const char* text : {"", "1.234,", "1.23.4", "10k", "5 EUR", "1,2,3", "x"})
        CHECK(number(text).starts_with("!"));
}

TEST_CASE("what has two readings, too many decimals or no number is refused") {
    CHECK(money("1,200") == "! '1,200' may mean 1200 or 1.200");
    CHECK(money("1.200") == "! '1.200' may mean 1200 or 1.200");
    CHECK(money("1.005,5.0").starts_with("!"));
    CHECK(money("12.34.56").starts_with("!"));
    CHECK(money("0.005") == "! '0.005' has more decimals than EUR (2)");
    CHECK(money("1.5 JPY").starts_with("!"));
    CHECK(money("99999999999999999999").starts_with("!"));
    CHECK(money("9223372036854775807").starts_with("!"));
    CHECK(money("999999999999bn").starts_with("!"));
    for (auto text : {"", "-", "EUR", "abc", "10x", "1e5", ",", "12abEUR", "--5", "5 5", "1,,2"})
        CHECK(money(text).starts_with("!"));
}

TEST_CASE("amounts in units round the way that is asked") {
    const auto a = read_amount("-12.345", "EUR");
    REQUIRE(!a.has_value());  // -12.345 has two readings, as 12.345 has
    const auto b = read_amount("-12.3456", "EUR");
    REQUIRE(b.has_value());
    CHECK(b->units(2, Amount::Round::down) == -1235);
    CHECK(b->units(2, Amount::Round::up) == -1234);
    CHECK(b->units(0, Amount::Round::up) == -12);
    CHECK(b->units(4, Amount::Round::down) == -123456);
    CHECK_FALSE(b->whole(2));
    CHECK(b->whole(4));
    CHECK(b->text() == "-12.3456");
    CHECK(Amount{std::numeric_limits<std::int64_t>::max(), 0, ""}.units(2, Amount::Round::up) ==
          std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("currencies have their ISO 4217 decimals") {
    CHECK(minor_digits("EUR") == 2);
    CHECK(minor_digits("JPY") == 0);
    CHECK(minor_digits("KWD") == 3);
    CHECK(minor_digits("CLF") == 4);
    CHECK(known_currency("EUR"));
    CHECK_FALSE(known_currency("EUX"));
    CHECK(money_text(std::numeric_limits<std::int64_t>::min(), "EUR") == "-92233720368547758.08");
    CHECK(money_text(5, "EUR") == "0.05");
    CHECK(money_text(-5, "EUR") == "-0.05");
}
