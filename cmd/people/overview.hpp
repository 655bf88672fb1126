#pragma once

#include "cmd/cli/session.hpp"
#include "people/overview.hpp"
#include "store/resolve.hpp"

#include <span>
#include <string>
#include <string_view>

namespace crm::cmd {

/// Prints what stands above the fields of a record: on a terminal a line each, in a pipe
/// `section<TAB>text`.
void print_warnings(Session& session, const store::Found& found);

/// Prints what else is known of a record (lib/app/overview.hpp): on a terminal section by section,
/// the first few of each kind; in a pipe all of it, a line `section<TAB>text` for each.
void print_overview(Session& session, const store::Found& found);

/// All of it as a JSON object: a key for each section, with an array of objects; what stands
/// above the fields comes first.
std::string overview_json(Session& session, const store::Found& found);

/// Sections as print_overview has them; those without rows are left out.
void print_sections(Session& session, std::span<const people::OverviewSection> sections);
/// `"tickets":[…],"promises":[]`
std::string sections_json(Session& session, std::span<const people::OverviewSection> sections);

/// A line whose columns are aligned for a person, with one blank between them.
std::string unaligned(std::string_view line);

}  // namespace crm::cmd
