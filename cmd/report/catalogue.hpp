#pragma once

#include "cmd/cli/arguments.hpp"
#include "report/answer.hpp"

#include <cstddef>
#include <string>

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

/// What is said of a report that was printed beside others.
struct PrintedReport {
    std::string title, help;
    std::size_t rows = 0;
};
/// The same for a report or a dashboard, with the options of a command about several.
PrintedReport print_named_report(Session& session, const Arguments& args, const std::string& name);
/// The file that it is written to: pipeline.html.
std::string file_name(const std::string& name, const std::string& format);

}  // namespace crm::cmd
