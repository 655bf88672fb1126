#pragma once

#include "cmd/cli/session.hpp"
#include "store/resolve.hpp"

#include <string>

namespace crm::cmd {

/// Prints what else is known of a record (lib/app/overview.hpp): on a terminal section by section,
/// the first few of each kind; in a pipe all of it, a line `section<TAB>text` for each.
void print_overview(Session& session, const store::Found& found);

/// All of it as a JSON object: a key for each section, with an array of objects.
std::string overview_json(Session& session, const store::Found& found);

}  // namespace crm::cmd
