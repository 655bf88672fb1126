#pragma once

#include "cmd/cli/parse.hpp"
#include "cmd/cli/session.hpp"

#include <string>

/// Questions to the person at the terminal.
namespace crm::cmd {

/// Asks, after what the command has remarked so far. --yes and a dry run answer yes. Throws
/// unconfirmed where the answer is no, and where there is no terminal to ask. `about`: of what is
/// going to happen, what the question does not say.
///
/// Nobody is asked while the database is locked: the command is rolled back first, and runs again
/// with the answer. Where the question or `about` is another one then, it is asked again.
void require_confirmation(Session& session, std::string question, std::string about = {});

/// Runs a command, with the questions that it has.
int run_asking(Session& session, const Parsed& parsed);

}  // namespace crm::cmd
