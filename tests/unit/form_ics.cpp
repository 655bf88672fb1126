#include "form/ics.hpp"
#include "form/ics_zone.hpp"
#include "time/zone_name.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace crm;
using namespace crm::form;

TEST_CASE("a zone is what its VTIMEZONE says") {
    for (const std::string_view name : main_zone_names()) {
        CAPTURE(name);
        const Zone* known = zone(name);
        REQUIRE(known != nullptr);
        for (const int year : {1975, 2006, 2026, 2040}) {
            const Component component = zone_component(name, *known, year);
            const Instant from{Date::of(year, 1, 1).days * std::int64_t{86400} + 86400};
            const Instant to{Date::of(year + 20, 1, 1).days * std::int64_t{86400}};
            CHECK(IcsZone(component, from, to).is_like(*known));
            const std::string text = calendar_text(std::span(&component, 1));
            CHECK(IcsZone(read_ics(text).components.front(), from, to).is_like(*known));
        }
    }
}

TEST_CASE("the zone of a VTIMEZONE is the preferred one, then that of a large city") {
    const auto name = [](std::string_view of, std::string_view preferred) {
        const Component component = zone_component(of, *zone(of), 2026);
        const Instant from{Date::of(2026, 1, 2).days * std::int64_t{86400}};
        return IcsZone(component, from, {from.seconds + std::int64_t{86400} * 700}).name(preferred);
    };
    CHECK(name("Europe/Oslo", "Europe/Madrid") == "Europe/Madrid");
    CHECK(name("Europe/Oslo", "Asia/Tokyo") == "Europe/Berlin");
    CHECK(name("Asia/Kathmandu", "") != "");
    Component odd = zone_component("Etc/GMT-3", *zone("Etc/GMT-3"), 2026);
    for (Property& property : odd.parts.front().properties)
        if (property.name.starts_with("TZOFFSET"))
            property.value = "+0317";
    CHECK(IcsZone(odd, {0}, {86400}).name("Europe/Berlin").empty());
    CHECK(IcsZone(odd, {0}, {86400}).offset(5) == 3 * 3600 + 17 * 60);
}

TEST_CASE("lengths of time") {
    CHECK(ics_duration("-PT15M") == -900);
    CHECK(ics_duration("P1DT2H") == 93600);
    CHECK(ics_duration("P2W") == 14 * 86400);
    CHECK(ics_duration("PT0S") == 0);
    for (const std::string_view bad : {"", "P", "15M", "PT", "P5", "PX", "P99999999999999999999"})
        CHECK(!ics_duration(bad));
    for (const std::int64_t seconds : {0, 1, 60, 900, 3600, 3661, 86400, 90061, -900, -86400})
        CHECK(ics_duration(ics_duration_text(seconds)) == seconds);
}

TEST_CASE("what is read is written the same, folded at 75 octets") {
    const std::string text =
        "BEGIN:VEVENT\nSUMMARY;LANGUAGE=de;X-A=\"a;b,c:d\":Gr\xC3\xBC\xC3\x9F"
        "e " +
        std::string(300, 'x') + "\nBEGIN:VALARM\nTRIGGER:-PT5M\nEND:VALARM\nEND:VEVENT\n";
    const Calendar calendar = read_ics(text);
    const std::string written = calendar_text(calendar.components, "REQUEST");
    CHECK(written.find("METHOD:REQUEST\r\n") != std::string::npos);
    for (std::size_t at = 0; at < written.size();) {
        const std::size_t end = written.find("\r\n", at);
        REQUIRE(end != std::string::npos);
        CHECK(end - at <= 75);
        at = end + 2;
    }
    const Calendar again = read_ics(written);
    CHECK(again.method == "REQUEST");
    REQUIRE(again.components.size() == 1);
    CHECK(component_text(again.components.front()) == component_text(calendar.components.front()));
}
