#pragma once

#include "cmd/report/computed.hpp"

namespace crm::cmd {

/// The report of telephone calls.
std::span<const ComputedReport> call_reports();

}  // namespace crm::cmd
