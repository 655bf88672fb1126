#pragma once

#include "people/overview.hpp"
#include "people/promises.hpp"
#include "store/resolve.hpp"

#include <cstdint>
#include <vector>

/// What a colleague at the telephone wants to know of the other side.
namespace crm::campaign {

/// The open tickets of a contact and of their company, or of an account; the oldest first.
std::vector<std::int64_t> open_tickets(store::Resolver& resolver, const Clock& clock,
                                       const store::Found& who);

/// These tickets as a section, also where there are none.
people::OverviewSection tickets_section(const people::OverviewRequest& request);

/// Promises as a section: those that are open or broken, or the last one alone, whatever became of
/// it.
people::OverviewSection promises_section(const people::OverviewRequest& request, bool last_only);

/// Calls, meetings, mail and notes up to now with their results, the newest first; at most `most`.
people::OverviewSection history_section(const people::OverviewRequest& request, std::size_t most);

}  // namespace crm::campaign
