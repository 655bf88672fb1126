#pragma once

#include "cmd/cli/command.hpp"

#include <string>

namespace crm::cmd {

/// What `--help` prints, of the program, of a noun or of a command, in lines of at most `width`
/// columns. Synopses and examples are longer where they cannot be broken.
std::string help_text(const Command* command, const meta::Entity* noun, int width);
/// "contact list [QUERY…] [-s FIELD,…]": the synopsis, without "crm ".
std::string synopsis(const Command& command, std::string_view noun);

}  // namespace crm::cmd
