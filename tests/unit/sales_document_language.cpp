#include "sales/document_language.hpp"

#include <doctest/doctest.h>

using namespace crm;

TEST_CASE("documents write numbers and dates as their language does") {
    const auto* english = sales::find_document_language("en");
    const auto* german = sales::find_document_language("de");
    REQUIRE(english != nullptr);
    REQUIRE(german != nullptr);
    CHECK(english->money(123456789, "EUR") == "1,234,567.89 EUR");
    CHECK(german->money(123456789, "EUR") == "1.234.567,89 EUR");
    CHECK(german->money(-12345, "EUR") == "-123,45 EUR");
    CHECK(german->money(1234, "JPY") == "1.234 JPY");
    CHECK(german->percent(810) == "8,1 %");
    CHECK(german->decimal(1500, 3) == "1,5");
    CHECK(english->day("2026-11-25") == "2026-11-25");
    CHECK(german->day("2026-11-25T10:00:00Z") == "25.11.2026");
    CHECK(german->day("") == "");
    CHECK(sales::find_document_language("xx") == nullptr);
}
