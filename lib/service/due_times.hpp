#pragma once

#include "store/rule.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

/// The due times that tickets keep, so that queries find them: a cache, and no part of the history.
namespace crm::service {

/// Writes those of the tickets that the operation has changed, and, where it changed what they
/// depend on, those of all open tickets. A closed ticket keeps what it had when it was closed.
/// While `checking`, compares instead. Called when everything else is written.
void keep_due_times(store::RuleContext& context);

/// The same of one ticket at once, for the command that shows it.
void show_due_times(store::RuleContext& context, const store::Record* before,
                    const store::Record& ticket);

/// Writes the due times of open tickets again, as they follow from their events; no operation of
/// the history. Returns how many tickets had others. `checking`: nothing is written.
std::size_t recount(store::Store& store, const Clock& clock, const std::string& user,
                    std::span<const std::int64_t> tickets, std::chrono::milliseconds wait,
                    bool checking);

}  // namespace crm::service
