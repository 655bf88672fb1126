#pragma once

#include "cmd/cli/config.hpp"
#include "report/catalogue.hpp"

#include <vector>

namespace crm::cmd {

/// All reports, with those of the commission plans that are configured.
std::vector<report::Report> known_reports(const Config& config);

}  // namespace crm::cmd
