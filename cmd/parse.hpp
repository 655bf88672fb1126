#pragma once

#include "cmd/command.hpp"

namespace crm::cmd {

struct Parsed {
    const Command* command = nullptr;  ///< null: only help was asked for
    Given given;
    bool help = false, version = false;
    std::string help_noun, help_verb;
};

/// The command line to a command and what it is given. Errors are usage, with the nearest right words.
Parsed parse(const std::vector<std::string>& args, const meta::Model& model);

}  // namespace crm::cmd
