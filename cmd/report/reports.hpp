#pragma once

#include "cmd/cli/config.hpp"
#include "report/catalogue.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crm::cmd {

class Session;

/// All reports of the program, with those of the commission plans that are configured.
std::vector<report::Report> known_reports(const Config& config);

/// A report file or a dashboard of a user.
struct OwnReport {
    std::string name, path;

    bool is_dashboard() const { return path.ends_with(".toml"); }
};
/// Those of the nearest folder `.crm/reports` upward, then those of the folder `reports` beside the
/// user's configuration, by name. `hidden` gets those whose name the program itself uses: they are
/// not used.
std::vector<OwnReport> own_reports(const Config& config, std::vector<OwnReport>* hidden = nullptr);

/// The file of the dashboard that a word names: that of a name, or a path that ends in .toml.
std::optional<std::string> dashboard_named(const Config& config, const std::string& word);

/// The report that a word names: one of the program, one of a user, or a path that ends in .sql.
/// `method` chooses among those of one name. A file that is not used because the program has a
/// report of its name is named in a warning. Throws usage with the nearest names, and for a
/// dashboard.
report::Report report_named(Session& session, const std::string& word, std::string_view method);
/// Reads a file of a user. Throws io, and usage with FILE:LINE.
report::Report read_report_file(const std::string& path);

/// Words that cannot be names of reports: list, show …
bool is_report_verb(std::string_view word);

}  // namespace crm::cmd
