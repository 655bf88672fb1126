#pragma once

#include "cmd/report/computed.hpp"

namespace crm::cmd {

/// The reports about what colleagues know.
std::span<const ComputedReport> knowledge_reports();

}  // namespace crm::cmd
