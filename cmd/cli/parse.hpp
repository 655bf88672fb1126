#pragma once

#include "cmd/cli/command.hpp"

namespace crm::cmd {

struct Parsed {
    const Command* command = nullptr;  ///< null: only help was asked for
    Arguments args;
    bool help = false, version = false;
    std::string help_noun, help_verb;
};

/// Whether a word of the command line stands for an option; a longer word with one dash is a query
/// term or a tag.
bool is_option(std::string_view word);
/// The option that `--name`, `--name=…` or `-n` means; null where there is none.
const Option* option_named(std::span<const Option> options, std::string_view word);
/// The options of a command, its own first; the global ones where it is null.
std::vector<Option> options_of(const Command* command);

/// The command line to a command and what it is given. Errors are usage, with the nearest right
/// words.
Parsed parse(const std::vector<std::string>& args, const meta::Model& model);

}  // namespace crm::cmd
