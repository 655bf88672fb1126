#pragma once

#include "store/record.hpp"
#include "store/rule.hpp"

/// What must hold of visits. `complete`, `after` and `check` of rules.hpp.
namespace crm::service {

/// A new visit is to the asset of its ticket. Its account is that of the ticket, else of the asset.
void complete_visit(store::RuleContext& context, const store::Record* before, store::Record& visit);
/// Whether a new visit is free of charge follows from the cover of the asset on that day, unless it
/// is given.
void take_cover(store::RuleContext& context, const store::Record* before, store::Record& visit);
/// Warns where a covered visit is charged.
void warn_of_charge(store::RuleContext& context, const store::Record* before,
                    const store::Record& visit);
/// Visits follow their ticket or asset to another account.
void move_visits(store::RuleContext& context, const store::Record* before, const store::Record& of);

}  // namespace crm::service
