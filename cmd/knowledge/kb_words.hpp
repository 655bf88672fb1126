#pragma once

#include "cmd/cli/command.hpp"

/// What the verbs of articles share.
namespace crm::cmd {

/// REF, or several with -.
Argument articles_argument();

}  // namespace crm::cmd
