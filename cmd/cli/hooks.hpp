#pragma once

#include "cmd/cli/parse.hpp"
#include "cmd/cli/session.hpp"

#include <string>

/// Programs of the configuration that are asked before a command changes something.
namespace crm::cmd {

/// Throws config for a hook whose noun or verb does not exist: it would never be asked.
void check_hooks(Session& session);
/// Whether hooks are to be asked before the command runs. Imports ask none.
bool has_hooks(const Session& session, const Parsed& parsed);
/// What the command would change, as JSON lines, in the database that is open; it is rolled back
/// and holds no lock.
std::string would_change(Session& session, const Parsed& parsed);
/// Asks the hooks of a command with the changes it is about to make, one JSON object each. Throws
/// refused when one of them refuses.
void ask_hooks(const Session& session, const Parsed& parsed, const std::string& changes);

}  // namespace crm::cmd
