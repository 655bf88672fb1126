#pragma once

#include "cmd/cli/session.hpp"

namespace crm::cmd {

/// Checks the [[tables]] of the configuration: nouns, fields, queries, rates. The database must be
/// open, because its custom fields may be named. Throws Error config with file and line.
void check_rules(Session& session);

}  // namespace crm::cmd
