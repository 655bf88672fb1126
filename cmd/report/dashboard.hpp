#pragma once

#include "cmd/cli/arguments.hpp"
#include "report/answer.hpp"
#include "report/dashboard.hpp"

#include <string>
#include <vector>

/// Dashboards, as `crm report` runs them.
namespace crm::cmd {

class Session;

/// What a panel answers. That of a figure has a row for each currency, with the columns before and
/// change.
struct AnsweredPanel {
    report::DashboardPanel declared;
    std::string title;
    report::Answer answer;
    std::string period_before;  ///< of a figure with a period
};

struct DashboardAnswer {
    report::Dashboard dashboard;
    std::vector<AnsweredPanel> panels;
    std::string line;  ///< the command line

    /// Of all panels, without figures that are 0.
    std::size_t rows() const;
};

/// Reads the file; without a title it has its name. Throws io, and usage with FILE:LINE.
report::Dashboard read_dashboard_file(const std::string& path);
/// Asks all panels. Throws usage with FILE:LINE.
DashboardAnswer ask_dashboard(Session& session, const Arguments& args, const std::string& path);
/// Prints them in the format of the session.
void print_dashboard(Session& session, const DashboardAnswer& answer);

}  // namespace crm::cmd
