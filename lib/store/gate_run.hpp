#pragma once

#include "store/store.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

/// What `gate --record` keeps: measurements, which are neither in the history nor undone, but part
/// of an export. The table is made by the first of them.
namespace crm::store {

inline constexpr std::array<std::string_view, 4> gate_states = {"pass", "warn", "fail", "error"};

struct GateRun {
    std::string at;  ///< in UTC
    std::string file, gate;
    std::string state;                   ///< one of gate_states
    std::string value, limit;            ///< decimal numbers; empty where there is none
    std::optional<std::int64_t> base{};  ///< what the per cent are of
};

/// Within a transaction.
void add_gate_run(Store& store, const GateRun& run);
/// All of them in the order in which they were added.
void each_gate_run(Store& store, const std::function<void(const GateRun&)>& take);

}  // namespace crm::store
