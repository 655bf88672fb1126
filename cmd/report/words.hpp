#pragma once

#include "cmd/cli/arguments.hpp"

#include <string>
#include <vector>

namespace crm::cmd {

class Session;

/// The words after `crm report`, as the command line reads them: a name, PARAM=VALUE, and the
/// options that say what is asked. Throws usage for others, such as -o.
Arguments report_arguments(Session& session, const std::vector<std::string>& words);

}  // namespace crm::cmd
