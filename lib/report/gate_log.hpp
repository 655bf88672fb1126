#pragma once

#include "report/gate_result.hpp"
#include "report/result.hpp"
#include "store/store.hpp"
#include "time/date.hpp"

#include <chrono>
#include <span>

/// How gates did over time.
namespace crm::report {

/// Keeps results, in a transaction of its own.
void record_gates(store::Store& store, std::span<const GateResult> results, Instant now,
                  std::chrono::milliseconds wait);

/// A row for each gate of each file that was recorded: its latest state, value and limit, since
/// when it has this state, how often it ran and how often it failed or was an error.
Result gate_history(store::Store& store, const Clock& clock);

}  // namespace crm::report
