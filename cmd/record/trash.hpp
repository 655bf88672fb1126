#pragma once

#include "cmd/cli/command.hpp"
#include "cmd/cli/session.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What rm, restore and purge have in common.
namespace crm::cmd {

std::vector<Argument> trash_arguments();
std::vector<Option> trash_options();

/// The references that were given. Throws usage where there are none, and no --where either.
std::vector<std::string> references_or_where(Session& session, const Arguments& args,
                                             std::string_view verb);

/// The ids of records, for what a person agrees to.
std::string ids_of(const std::vector<store::Found>& all);

}  // namespace crm::cmd
