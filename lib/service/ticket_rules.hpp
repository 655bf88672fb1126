#pragma once

#include "store/rule.hpp"

/// What follows from a change of a ticket: what it takes from others, its status, times and events.
namespace crm::service {

/// Rules of tickets, in the order in which they are asked: a new ticket has product, account and
/// contact of its asset, and the account of its contact; the status follows from the owner;
/// closed_at, closed_by, reopened and first_contact follow from the status; events follow from all,
/// and from them when it was answered first, the minutes of work, and since when the customer
/// waits.
void inherit(store::RuleContext& context, const store::Record* before, store::Record& ticket);
void follow_status(store::RuleContext& context, const store::Record* before, store::Record& ticket);
void record_events(store::RuleContext& context, const store::Record* before, store::Record& ticket);
/// Nothing happens to a ticket before it is created.
void check_times(store::RuleContext& context, const store::Record* before,
                 const store::Record& ticket);
void record_changes(store::RuleContext& context, const store::Record* before,
                    store::Record& ticket);

}  // namespace crm::service
