#pragma once

#include "cmd/report/computed.hpp"

#include <span>
#include <string>
#include <vector>

/// Reports of customer value, as a command line asks for them.
namespace crm::cmd {

/// The options that only they take.
std::span<const Option> value_options();
std::span<const ComputedReport> value_reports();
/// Methods of reports over SQL.
std::span<const ComputedReport> value_methods();
/// How far the method of a forecast over SQL was off in past periods.
std::vector<std::string> forecast_notes(Session& session, const Arguments& args);
/// What they share, for help.
std::string value_reports_help();

}  // namespace crm::cmd
