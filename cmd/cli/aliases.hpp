#pragma once

#include "cmd/cli/session.hpp"

#include <string>
#include <vector>

namespace crm::cmd {

/// Whether a word begins a command of the program, which neither aliases nor plugins replace: a
/// noun or a verb that needs none.
bool is_built_in(const std::string& word, const meta::Model& model);

/// Replaces an alias by its words, which may begin with another alias. Words typed behind it take
/// the place of $1 … $9 and of $@, all of them; the rest is appended. Throws config when an alias
/// hides a built-in word, usage when an argument is missing. check_aliases() must have passed.
std::vector<std::string> without_alias(std::vector<std::string> args, const Config& config,
                                       const meta::Model& model);

/// Takes the aliases of a project that is not trusted, except those that replace something or could
/// do harm unasked: they become `ignored`.
void take_untrusted_aliases(Config& config, const meta::Model& model);

/// Names what is ignored, and how to change that.
void remark_ignored(Session& session);

/// Throws config where aliases lead in a circle or a noun has no such verb.
void check_aliases(const Config& config, const meta::Model& model);

}  // namespace crm::cmd
