#pragma once

#include "cmd/cli/session.hpp"

#include <string>
#include <vector>

namespace crm::cmd {

/// Sets CRM_DB and CRM_BIN for a program that crm starts.
void set_plugin_environment(const Session& session);

/// Whether there is a program crm-NAME on PATH.
bool has_plugin(const std::string& name);

/// Runs crm-foo of `crm foo` in place of this program, when it is on PATH and foo is not a word of
/// crm. Returns when there is none.
void run_plugin(const std::vector<std::string>& args, Session& session);

}  // namespace crm::cmd
