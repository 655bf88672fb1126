#pragma once

#include "cmd/report/computed.hpp"

namespace crm::cmd {

/// The reports of tickets that count working time.
std::span<const ComputedReport> service_reports();
/// Their options.
std::span<const Option> service_options();

}  // namespace crm::cmd
