#pragma once

#include "base/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What gates found: plain data.
namespace crm::report {

enum class GateState : std::uint8_t { pass, warn, fail, error };  ///< store::gate_states
std::string_view word_of(GateState state);

/// A record, row or group that a gate fails for.
struct GateSample {
    struct Cell {
        std::string name;
        Value value;
        bool number = false;  ///< a text of decimals that is a number
    };

    std::string text;  ///< in one line: d12 Big one
    std::vector<Cell> cells;
};

struct GateResult {
    std::string file;  ///< as it was named
    std::string name;
    GateState state = GateState::error;
    std::string value;                 ///< a decimal number; empty where there is none
    std::optional<std::int64_t> of{};  ///< what the per cent are of
    std::string percent;               ///< with six decimals
    std::string limit;                 ///< in the unit of the value, or in per cent
    bool money = false;                ///< value and limit are amounts
    std::string figure;                ///< for people: 4 of 120 (3.3 %)
    std::string bound;                 ///< for people: limit 10 %
    std::string error;                 ///< FILE:LINE: what is wrong
    std::vector<GateSample> sample;    ///< of a failure

    /// The whole in one line: "4 of 120 (3.3 %), limit 10 %", or the error.
    std::string message() const;
};

}  // namespace crm::report
