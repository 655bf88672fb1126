#pragma once

#include "cmd/cli/arguments.hpp"
#include "cmd/cli/parse.hpp"
#include "cmd/cli/session.hpp"

/// Puts configuration and global options into the session.
namespace crm::cmd {

/// The configuration, where no environment variable says otherwise. Throws config.
void apply_config(Session& session);
/// The global options of a command line, which come before everything else.
void apply_global_options(Session& session, const Arguments& args);

/// Throws usage where an option or an argument would write over the database that is open, its lock
/// or its journal.
void check_output_files(const Session& session, const Parsed& parsed);

}  // namespace crm::cmd
