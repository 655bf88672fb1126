#pragma once

#include "cmd/cli/command.hpp"
#include "cmd/cli/config.hpp"
#include "cmd/cli/session.hpp"

namespace crm::cmd {

/// Reads terminal, environment and clock. The only function that does.
Surroundings surroundings();
/// What the configuration says about it, where no variable does.
void configure(Context& context);
/// What the global options say about it. Errors are usage.
void settle(Context& context, const Given& given);

}  // namespace crm::cmd
