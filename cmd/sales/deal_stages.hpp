#pragma once

#include "cmd/cli/session.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crm::cmd {

/// A stay of a deal in a stage; the last one has no end.
struct StageVisit {
    std::string stage, since, until, days;
};
std::vector<StageVisit> stage_history(Session& session, std::int64_t deal);
/// How many won deals came through the stage, and the days that they took from there on the
/// average.
std::pair<std::int64_t, std::int64_t> days_still(Session& session, std::string_view stage);

}  // namespace crm::cmd
