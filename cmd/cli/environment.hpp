#pragma once

#include "cmd/cli/command.hpp"
#include "cmd/cli/config.hpp"
#include "cmd/cli/session.hpp"

namespace crm::cmd {

/// Reads terminal, environment and clock. The only function that does.
Environment surroundings();
/// What the configuration says about it, where no variable does.
void configure(Session& session);
/// What the global options say about it. Errors are usage.
void apply_global_options(Session& session, const Arguments& args);

}  // namespace crm::cmd
