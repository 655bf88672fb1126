#pragma once

#include "cmd/cli/command.hpp"
#include "report/answer.hpp"

#include <span>
#include <string>

/// Reports of customer value, as a command line asks for them.
namespace crm::cmd {

class Session;

/// The options that only they take.
std::span<const Option> value_options();
/// Whether the command line names one of them.
bool is_value_report(const Arguments& args);
/// What it answers. Throws usage for an option that it does not take.
report::Answer ask_value_report(Session& session, const Arguments& args);
/// Throws usage where a report of another kind is given one of their options.
void refuse_value_options(const Arguments& args);
/// Their names and what they show, for help.
std::string value_reports_help();

}  // namespace crm::cmd
