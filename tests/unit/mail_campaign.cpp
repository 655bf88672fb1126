#include "mail/campaign_mail.hpp"
#include "mail/language.hpp"
#include "mail/mail_hours.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace crm;
using namespace crm::mail;

TEST_CASE("the language of a recipient chooses the text") {
    const std::vector<std::string> languages{"", "de", "pt-BR"};
    const auto chosen = [&](std::string_view language) -> std::string {
        const auto version = version_for(languages, language);
        return version ? languages[*version] : "none";
    };
    CHECK(chosen("de") == "de");
    CHECK(chosen("DE-at") == "de");
    CHECK(chosen("pt") == "pt-BR");
    CHECK(chosen("fr") == "");
    CHECK(chosen("") == "");
    CHECK(version_for(std::vector<std::string>{"de"}, "fr") == 0);
    CHECK_FALSE(version_for(std::vector<std::string>{"de", "en"}, "fr"));
}

TEST_CASE("hours in which campaigns leave") {
    const auto hours = read_mail_hours("9-17:30");
    REQUIRE(hours);
    const auto next = [&](std::string_view now, const char* zone) -> std::string {
        const auto at = hours->next({*iso_instant(now), zone});
        return at ? at->iso() : "now";
    };
    CHECK(next("2026-11-25T09:00:00Z", "UTC") == "now");
    CHECK(next("2026-11-25T17:29:59Z", "UTC") == "now");
    CHECK(next("2026-11-25T17:30:00Z", "UTC") == "2026-11-26T09:00:00Z");
    CHECK(next("2026-11-25T08:59:59Z", "UTC") == "2026-11-25T09:00:00Z");
    CHECK(next("2026-11-25T09:00:00Z", "America/New_York") == "2026-11-25T14:00:00Z");
    // The night in which summer time begins.
    CHECK(next("2027-03-27T20:00:00Z", "Europe/Berlin") == "2027-03-28T07:00:00Z");
    for (const char* text : {"", "9", "17-9", "9-9", "9-25", "9:60-10", "-1-5", "9-17h", "a-b"})
        CHECK_FALSE(read_mail_hours(text));
    CHECK(read_mail_hours("0-24"));
}

TEST_CASE("who gets no further steps") {
    for (const char* rank : {"Responded", "Registered", "Attended", "Converted"})
        CHECK(ends_steps(rank, "reply"));
    CHECK(ends_steps("Converted", "none"));
    CHECK_FALSE(ends_steps("Responded", "none"));
    CHECK(ends_steps("Clicked", "click"));
    CHECK_FALSE(ends_steps("Clicked", "reply"));
    CHECK_FALSE(ends_steps("Sent", "click"));
}

TEST_CASE("the key of an address and a step") {
    const std::string key = once_key("u1", 1, "Lena@NW.example");
    CHECK(key == once_key("u1", 1, " lena@nw.example"));
    CHECK(key != once_key("u1", 2, "lena@nw.example"));
    CHECK(key != once_key("u2", 1, "lena@nw.example"));
    CHECK(key != once_key("u1", 1, "lena+news@nw.example"));
}
