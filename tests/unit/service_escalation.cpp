#include "service/escalation.hpp"

#include <doctest/doctest.h>

using namespace crm;
using namespace crm::service;

TEST_CASE("points of a target are parts of it or working time around its due time") {
    constexpr std::int64_t target = 8 * 3600;
    const auto seconds = [](std::string_view text) {
        return read_escalation_point(text).value().seconds(target);
    };
    CHECK(seconds("50%") == 4 * 3600);
    CHECK(seconds("0%") == 0);
    CHECK(seconds("breach") == target);
    CHECK(seconds("breach-1h") == 7 * 3600);
    CHECK(seconds("breach+30min") == target + 1800);
    CHECK(seconds("breach-2d") == 0);
    for (const std::string_view wrong :
         {"", "%", "x%", "-1%", "50", "breached", "breach 1h", "breach+", "breach-soon"})
        CHECK_FALSE(read_escalation_point(wrong));
}
