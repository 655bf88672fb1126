#pragma once

#include "store/store.hpp"
#include "time/date.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// How deals went through the stages of their pipeline.
namespace crm::sales {

/// The time a deal spent in a stage.
struct StageVisit {
    std::string stage;
    std::string since, until;  ///< ISO instants; `until` is empty for the current stage
    double days = 0;           ///< up to now for the current stage
};
/// In the order of time. Moves that were undone do not count.
std::vector<StageVisit> stage_history(store::Store& store, std::int64_t deal, Instant now);

/// How long won deals took from their first visit to a stage until they were won.
struct TimeToWin {
    std::int64_t deals = 0;
    std::int64_t days = 0;  ///< average, rounded
};
TimeToWin time_to_win(store::Store& store, std::string_view stage);

}  // namespace crm::sales
