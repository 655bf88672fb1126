#pragma once

#include "cmd/cli/arguments.hpp"
#include "report/answer.hpp"

/// What there is to report: `report list`, `report show` and `report run`.
namespace crm::cmd {

class Session;

int list_reports(Session& session);
/// What a report asks for and what it shows; with --sql the statement that it stands for.
int show_report(Session& session, const Arguments& args);
/// Several reports, each as a file of a folder.
int run_reports(Session& session, const Arguments& args);

/// Prints one report in the format of the session.
report::Answer print_report(Session& session, const Arguments& args);

}  // namespace crm::cmd
