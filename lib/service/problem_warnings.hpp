#pragma once

#include "store/rule.hpp"

/// Whoever has an open problem (people/open_problems.hpp) is not sold to unnoticed.
namespace crm::service {

/// A quote leaves when it comes to the stage Delivered, and with a mail about it. Throws refused
/// where its customer has an open problem, unless the user insists.
void check_quote_leaves(store::RuleContext& context, const store::Record* before,
                        const store::Record& quote);
void check_mail_leaves(store::RuleContext& context, const store::Record* before,
                       const store::Record& mail);
/// Who insisted is an event of each of the tickets.
void record_quote_warned(store::RuleContext& context, const store::Record* before,
                         const store::Record& quote);
void record_mail_warned(store::RuleContext& context, const store::Record* before,
                        const store::Record& mail);

/// A planned meeting with somebody who has an open problem, or about their deal: a remark.
void warn_of_meeting(store::RuleContext& context, const store::Record* before,
                     const store::Record& meeting);

}  // namespace crm::service
