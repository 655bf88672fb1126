#include "base/text.hpp"
#include "campaign/number_zone.hpp"
#include "campaign/postal_address.hpp"
#include "time/zone_name.hpp"

#include <doctest/doctest.h>

namespace crm::campaign {
namespace {

std::string lines(const PostalAddress& address, std::string_view home = "DE") {
    return text::joined(address_lines(address, home), " / ");
}

}  // namespace

TEST_CASE("letters: the lines of an address are in the order of its country") {
    CHECK(lines({"Hauptstr. 1", "10115", "Berlin", "", "Germany"}) == "Hauptstr. 1 / 10115 Berlin");
    CHECK(lines({"Hauptstr. 1", "10115", "Berlin", "", "Deutschland"}, "FR") ==
          "Hauptstr. 1 / 10115 Berlin / DEUTSCHLAND");
    CHECK(lines({"1 Elm St", "62701", "Springfield", "IL", "USA"}) ==
          "1 Elm St / Springfield, IL 62701 / USA");
    CHECK(lines({"1 Elm St", "62701", "Springfield", "", "us"}, "US") ==
          "1 Elm St / Springfield, 62701");
    CHECK(lines({"10 High St", "SW1A 2AA", "London", "", "United Kingdom"}) ==
          "10 High St / London / SW1A 2AA / UNITED KINGDOM");
    CHECK(lines({"Fo utca 1", "1011", "Budapest", "", "Hungary"}) ==
          "Budapest / Fo utca 1 / 1011 / HUNGARY");
    CHECK(lines({"Nathan Road 1", "", "Kowloon", "", "Hong Kong"}) ==
          "Nathan Road 1 / Kowloon / HONG KONG");
    CHECK(lines({"Rua A 1", "01310-100", "São Paulo", "SP", "Brazil"}) ==
          "Rua A 1 / São Paulo - SP / 01310-100 / BRAZIL");
    CHECK(lines({"Haus 2\nHof", "8000", "Anywhere", "", "Atlantis"}) ==
          "Haus 2 / Hof / 8000 Anywhere / ATLANTIS");
    CHECK(lines({"Weg 1", "1010", "Wien", "", ""}) == "Weg 1 / 1010 Wien");
}

TEST_CASE("letters: the country is a name in capitals, and missing within it") {
    CHECK(lines({"Hauptstr. 1", "10115", "Berlin", "", "DE"}, "FR") ==
          "Hauptstr. 1 / 10115 Berlin / GERMANY");
    CHECK(lines({"Brivibas 1", "LV-1010", "Riga", "", "lv"}) ==
          "Brivibas 1 / LV-1010 Riga / LATVIA");
    CHECK(lines({"Brivibas 1", "LV-1010", "Riga", "", "LV"}, "LV") == "Brivibas 1 / LV-1010 Riga");
    CHECK(lines({"Brivibas 1", "LV-1010", "Riga", "", "Lettland"}, "LV") ==
          "Brivibas 1 / LV-1010 Riga");
    CHECK(lines({"Calle 1", "06000", "Ciudad", "", "México"}) == "Calle 1 / 06000 Ciudad / MEXICO");
    CHECK(lines({"Calle 1", "06000", "Ciudad", "", "DE"}, "") ==
          "Calle 1 / 06000 Ciudad / GERMANY");
}

TEST_CASE("letters: what an address lacks") {
    CHECK(missing_part({"", "10115", "Berlin", "", ""}) == "street");
    CHECK(missing_part({"Hauptstr. 1", "10115", "", "", ""}) == "city");
    CHECK(missing_part({"Hauptstr. 1", "", "Berlin", "", "Germany"}) == "postcode");
    CHECK(missing_part({"Hauptstr. 1", "", "Berlin", "", ""}) == "postcode");
    CHECK(missing_part({"Nathan Road 1", "", "Kowloon", "", "HK"}).empty());
    CHECK(missing_part({"Hauptstr. 1", "10115", "Berlin", "", ""}).empty());
    CHECK(country_code("Österreich") == "AT");
    CHECK(country_code("éire") == "IE");
    CHECK(country_code("nowhere").empty());
}

namespace {

std::string zone_of_number(std::string_view number, std::string_view country) {
    const NumberZones zones = zones_of_number(number, country);
    return std::string(zones.is_one() ? zones.west : "several");
}

}  // namespace

TEST_CASE("calls: the time zone of a number is that of its country where it has one") {
    CHECK(zone_of_number("+49 30 5550101", "") == "Europe/Berlin");
    CHECK(zone_of_number("030 5550101", "DE") == "Europe/Berlin");
    CHECK(zone_of_number("030 5550101", "").empty());
    CHECK(zone_of_number("+81 3 5550 0102", "") == "Asia/Tokyo");
    CHECK(zone_of_number("+1 202 555 0101", "") == "several");
    CHECK(zone_of_number("+1 876 555 0101", "") == "America/Jamaica");
    CHECK(zone_of_number("+7 495 555 0101", "") == "several");
    CHECK(zone_of_number("+55 11 5550 0101", "") == "several");
    CHECK(zone_of_number("+380 44 555 0101", "") == "Europe/Kyiv");
    CHECK(zone_of_number("", "").empty());
    // Of several the outermost.
    CHECK(zones_of_number("+1 202 555 0101", "").west == "Pacific/Honolulu");
    CHECK(zones_of_number("+1 202 555 0101", "").east == "America/St_Johns");
    CHECK(zones_of_number("(02) 5550 0101", "AU").west == "Australia/Perth");
    CHECK(zone_of_number("+1 671 555 0101", "") == "Pacific/Guam");
    CHECK(zones_of_number("+7 701 555 0101", "").east == "Asia/Almaty");
    // All that the table has are zones.
    for (int code = 1; code < 2000; ++code) {
        const std::string number = "+" + std::to_string(code) + "5550101";
        const NumberZones zones = zones_of_number(number, "");
        for (const std::string_view zone : {zones.west, zones.east})
            CHECK_MESSAGE((zone.empty() || is_zone_name(std::string(zone))), zone);
    }
}

}  // namespace crm::campaign
