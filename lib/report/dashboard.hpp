#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Dashboards: several reports and large figures on one page, as a file in TOML declares them.
namespace crm::report {

struct DashboardPanel {
    std::string name;                ///< as it is written: leaderboard, or won.amount of a figure
    std::vector<std::string> words;  ///< what follows `crm report`: the name and its arguments
    std::string figure;              ///< the column of a large figure; empty for a report
    std::string title, chart;
    bool wide = false;
    std::size_t line = 0;
    std::map<std::string, std::size_t, std::less<>> lines;  ///< of its keys
};

struct Dashboard {
    std::string file, title;
    std::string period;  ///< of every panel that has none
    std::size_t period_line = 0;
    std::vector<DashboardPanel> panels;
};

/// `file` is how errors name it. Throws usage with FILE:LINE.
Dashboard read_dashboard(const std::string& file, std::string_view bytes);

/// The error with FILE:LINE of a key of a panel, or of its table. What is no fault of the file
/// stays as it is: a database that is busy or cannot be read.
Error panel_error(const Dashboard& dashboard, const DashboardPanel& panel, std::string_view key,
                  Error error);

}  // namespace crm::report
