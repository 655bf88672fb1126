#pragma once

#include "cmd/cli/session.hpp"
#include "store/resolve.hpp"

#include <string>

namespace crm::cmd {

/// What else is known of a record, for a person who prepares a meeting: of an account the totals
/// over its whole tree and the open promises, of a deal its stages; then every record that links to
/// it, noun by noun, what is open first.
void print_overview(Session& session, const store::Found& found);

}  // namespace crm::cmd
