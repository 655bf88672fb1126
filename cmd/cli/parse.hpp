#pragma once

#include "cmd/cli/command.hpp"
#include "cmd/cli/options.hpp"

namespace crm::cmd {

struct Parsed {
    const Command* command = nullptr;  ///< null: only help was asked for
    Arguments args;
    bool help = false;
    bool version = false;
};

/// The places of the words that name the command: the first two that are not options.
std::vector<std::size_t> command_words(std::span<const std::string> args);

/// The noun and the verb, as the user would type them: "contact show".
std::string name_of(const Parsed& parsed);

/// The command line to a command and what it is given. Errors are usage, with the nearest right
/// words.
Parsed parse(const std::vector<std::string>& args, const meta::Model& model);

}  // namespace crm::cmd
