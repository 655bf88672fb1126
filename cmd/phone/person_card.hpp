#pragma once

#include "cmd/cli/session.hpp"
#include "people/overview.hpp"
#include "store/resolve.hpp"

#include <span>
#include <string>

/// What is shown of the other side of a call.
namespace crm::cmd {

/// How much is read for a person at a terminal.
people::OverviewRequest call_request(Session& session, const store::Found& who);

/// Who somebody is, a line for each field, then the sections.
void print_person(Session& session, const store::Found& who,
                  std::span<const people::OverviewSection> sections);
/// The fields alone as a JSON object.
std::string person_json(Session& session, const store::Found& who);

}  // namespace crm::cmd
