#pragma once

#include "cmd/report/computed.hpp"

#include <span>
#include <string>

/// Reports of customer value, as a command line asks for them.
namespace crm::cmd {

/// The options that only they take.
std::span<const Option> value_options();
std::span<const ComputedReport> value_reports();
/// Methods of reports over SQL.
std::span<const ComputedReport> value_methods();
/// What they share, for help.
std::string value_reports_help();

}  // namespace crm::cmd
