#pragma once

#include "cmd/cli/config.hpp"
#include "cmd/cli/parse.hpp"
#include "cmd/cli/session.hpp"

#include <optional>
#include <string>
#include <vector>

/// Aliases, programs called crm-foo, hooks: what is not in this program.
namespace crm::cmd {

/// The place of the first word that is no option, or the number of words.
std::size_t first_word(const std::vector<std::string>& args);
/// Replaces an alias by its words; a built-in is never replaced. Throws config when aliases go
/// round in a circle.
std::vector<std::string> without_alias(std::vector<std::string> args, const Config& config,
                                       const meta::Model& model);
/// crm-foo of `crm foo`, when it is on PATH and no noun or verb is called foo. Does not come back
/// when it is there.
void call_outside(const std::vector<std::string>& args, Session& session);

/// Whether hooks are to be asked before the command runs. Imports ask none.
bool has_hooks(const Session& session, const Parsed& parsed);
/// What the command would change, as JSON lines, in the store that is open; it is rolled back and
/// holds no lock.
std::string would_change(Session& session, const Parsed& parsed);
/// Asks the hooks of a command with the changes it is about to make, one JSON object each. Throws
/// refused when one says no.
void ask_hooks(const Session& session, const Parsed& parsed, const std::string& changes);

}  // namespace crm::cmd
