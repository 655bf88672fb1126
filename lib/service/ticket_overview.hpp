#pragma once

#include "people/overview.hpp"

#include <vector>

/// Parts of what `show` says of tickets and assets.
namespace crm::service {

/// The clocks of a ticket: what was used of each target, and when it is due.
void add_clocks(const people::OverviewRequest& request,
                std::vector<people::OverviewSection>& sections);
/// The asset of a ticket, or an asset itself, with its cover.
void add_cover(const people::OverviewRequest& request,
               std::vector<people::OverviewSection>& sections);
/// What happened to a ticket, and what was written and said about it, by time. A message has one
/// line: that of its text.
void add_conversation(const people::OverviewRequest& request,
                      std::vector<people::OverviewSection>& sections);
/// Tickets of the assets that an asset replaced, and of those that replaced it.
void add_tickets_of_replaced(const people::OverviewRequest& request,
                             std::vector<people::OverviewSection>& sections);

}  // namespace crm::service
