#pragma once

#include "store/rule.hpp"

/// The due times that tickets keep, so that queries find them: a cache, and no part of the history.
namespace crm::service {

/// Writes those of the tickets that the operation has changed, and, where it changed what they
/// depend on, those of all open tickets. A closed ticket keeps what it had when it was closed.
/// While `checking`, compares instead. Called when everything else is written.
void keep_due_times(store::RuleContext& context);

/// The same of one ticket at once, for the command that shows it.
void show_due_times(store::RuleContext& context, const store::Record* before,
                    const store::Record& ticket);

}  // namespace crm::service
