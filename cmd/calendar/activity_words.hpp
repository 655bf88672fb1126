#pragma once

#include "cmd/cli/changes.hpp"

#include <string>
#include <vector>

/// What the commands for tasks and meetings share.
namespace crm::cmd {

/// The references of a command whose last word says when; `when` gets it.
std::vector<std::string> references_and_when(Session& session, const Arguments& args,
                                             std::string& when);

/// Sets one field as it is typed. Throws.
void put_typed(Session& session, store::Record& record, std::string_view field,
               const std::string& text);

/// The option --on DAY of commands for one occurrence of a meeting.
Option on_option();

/// The argument that takes tasks.
Argument task_argument();

}  // namespace crm::cmd
