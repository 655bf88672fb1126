#pragma once

#include "cmd/cli/parse.hpp"
#include "cmd/cli/session.hpp"

#include <string>

/// Programs of the configuration that are asked before a command changes something.
namespace crm::cmd {

/// Throws config for a hook whose noun or verb does not exist: it would never be asked.
void check_hooks(Session& session);
/// Whether hooks are to be asked before the command runs. Imports ask none.
bool has_hooks(Session& session, const Parsed& parsed);
/// Runs a command that has hooks; its exit code. A rehearsal, which is rolled back, says what it
/// would change; the hooks hear each change as an object of JSON, while the database is not locked,
/// since a hook may call crm itself; then the command runs. It writes what the hooks have heard:
/// where other commands have changed the database meanwhile, it is rehearsed again, and the hooks
/// are asked again if the changes differ. Throws refused when a hook refuses.
int run_with_hooks(Session& session, const Parsed& parsed);

}  // namespace crm::cmd
