#pragma once

#include "cmd/cli/command.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace crm::cmd {

/// The examples that a noun's section of pages/examples.md has, in their order; with a verb, only
/// those of the verb. `noun` is the word that is typed: kb.
std::vector<Example> noun_examples(std::string_view noun, std::string_view verb = {});

/// The examples of a verb of a noun: those of the noun, else those that the command declares for
/// the noun, else all that the command declares.
std::vector<Example> verb_examples(const Command& command, std::string_view noun);

/// The command of an example in lines no wider than this, where its words allow it: a shell reads
/// them as one.
std::vector<std::string> example_lines(const Example& example, int width);

}  // namespace crm::cmd
