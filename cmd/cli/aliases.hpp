#pragma once

#include "cmd/cli/config.hpp"
#include "meta/type.hpp"

#include <string>
#include <vector>

namespace crm::cmd {

/// Whether a word is a noun or a verb of the program, which neither aliases nor plugins replace.
bool is_built_in(const std::string& word, const meta::Model& model);

/// Replaces an alias by its words, which may begin with another alias. Throws config when one hides
/// a built-in word or leads back to itself.
std::vector<std::string> without_alias(std::vector<std::string> args, const Config& config,
                                       const meta::Model& model);

}  // namespace crm::cmd
