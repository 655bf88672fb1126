#include "report/gate.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace crm::report;

namespace {

Gate gate_with(const std::string& limits) {
    return read_gates("g.toml", "[[gate]]\nname='x'\non='deal'\nquery='is:open'\n" + limits)
        .front();
}

std::string verdict(const std::string& limits, std::int64_t value, std::int64_t of) {
    const GateResult result = judge(gate_with(limits), {.value = value, .of = of});
    return std::string(word_of(result.state)) + " " + result.figure;
}

}  // namespace

TEST_CASE("per cent are compared as ratios, and their text agrees with the verdict") {
    CHECK(verdict("max_percent=16", 1425, 8800) == "fail 1425 of 8800 (16.2 %)");
    CHECK(verdict("max_percent=17", 1425, 8800) == "pass 1425 of 8800 (16.2 %)");
    CHECK(verdict("max_percent=16.2", 1425, 8800) == "pass 1425 of 8800 (16.2 %)");
    CHECK(verdict("max_percent=16.2", 1426, 8800) == "fail 1426 of 8800 (16.205 %)");
    CHECK(verdict("max_percent=16.19", 1425, 8800) == "fail 1425 of 8800 (16.2 %)");
    CHECK(verdict("max_percent=1", 1, 100) == "pass 1 of 100 (1 %)");
    CHECK(verdict("max_percent=0", 0, 100) == "pass 0 of 100 (0 %)");
    CHECK(verdict("max_percent=0", 1, 1'000'000'000) == "fail 1 of 1000000000 (0 %)");
    CHECK(verdict("min_percent=100", 999, 1000) == "fail 999 of 1000 (99.9 %)");
    CHECK(verdict("min_percent=100", 9999, 10000) == "fail 9999 of 10000 (99.99 %)");
    CHECK(verdict("max_percent=50\nwarn=33.3", 1, 3) == "warn 1 of 3 (33.33 %)");
    CHECK(verdict("max_percent=0", 0, 0) == "pass 0 of 0");
    CHECK(verdict("min_percent=90", 0, 0) == "pass 0 of 0");
    CHECK(verdict("max=3", 4, 10) == "fail 4 of 10 (40 %)");
    CHECK(verdict("min=4.5", 4, 10) == "fail 4 of 10 (40 %)");
    CHECK(judge(gate_with("max=9"), {.value = 2, .of = 3}).percent == "66.666667");
}

TEST_CASE("a limit is a number from 0 with at most 9 decimals") {
    for (const std::string limit :
         {"max=-1", "max=0.1234567891", "max=1e300", "max=inf", "max=nan", "max=true", "max='3'",
          "max_percent=100.1", "max=9000000001", "max=[1]", "max=2026-01-01"})
        CHECK_MESSAGE(gate_with(limit).fault, limit);
    for (const std::string limit :
         {"max=0", "max=9000000000", "max_percent=100", "max_percent=0.000000001", "min=1_000"})
        CHECK_MESSAGE(!gate_with(limit).fault, limit);
    CHECK(gate_with("max=1e300").fault->message.starts_with("g.toml:5: max must be a number"));
}

TEST_CASE("a file that is wrong is one gate that is an error") {
    for (const std::string file : {"", "x", "gate=1", "gate=[]", "[gate]\nname='x'"}) {
        const auto gates = read_gates("g.toml", file);
        REQUIRE_MESSAGE(gates.size() == 1, file);
        CHECK_MESSAGE(gates.front().fault, file);
        CHECK(broken(gates.front(), *gates.front().fault).state == GateState::error);
    }
}
