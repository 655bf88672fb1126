#pragma once

#include "store/rule.hpp"

#include <string>

/// The targets of service levels.
namespace crm::service {

/// Targets are in working minutes and hours: what a day is depends on the calendar. Throws refused.
void check_targets(store::RuleContext& context, const store::Record* before,
                   const store::Record& sla);
/// The rule of a service level is a query that finds tickets. Throws usage.
void check_rule(store::RuleContext& context, const store::Record* before, const store::Record& sla);
/// At most one service level is the default: the one before it no longer is.
void keep_one_default(store::RuleContext& context, const store::Record* before,
                      const store::Record& sla);

/// Puts a target of a priority into a service level: `row` is one of sla.targets. What the row does
/// not say stays; a row without any target is taken out. Returns what it is now, in words.
std::string set_target(store::Record& sla, const store::RowCells& row);

}  // namespace crm::service
