#pragma once

#include "cmd/cli/session.hpp"

#include <vector>

namespace crm::cmd {

/// Checks the [[tables]] of the configuration: nouns, fields, queries, rates. The database must be
/// open, because its custom fields may be named. Throws Error config with file and line.
void check_rules(Session& session);

/// The users named in the tables that the database does not have. Users come and go, so this is not
/// checked before every command.
std::vector<Error> user_faults(Session& session);

}  // namespace crm::cmd
