#pragma once

#include "cmd/cli/command.hpp"
#include "cmd/cli/session.hpp"

namespace crm::cmd {

/// Writes the likelihood of the open leads or deals of the arguments, or with --explain shows it.
int score_learnt(Session& session, const Arguments& args);
/// --learnt, as lead score and deal score take it.
Option learnt_option();

}  // namespace crm::cmd
