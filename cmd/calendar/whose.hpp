#pragma once

#include "calendar/whose.hpp"
#include "cmd/cli/command.hpp"
#include "cmd/cli/session.hpp"

/// --of, --team and --all: whose records a list is about.
namespace crm::cmd {

/// What they say; without one of them the user who acts, or everybody where that is no user.
calendar::Whose whose(Session& session, const Arguments& args);
std::vector<Option> whose_options();

}  // namespace crm::cmd
