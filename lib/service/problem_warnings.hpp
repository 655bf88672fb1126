#pragma once

#include "store/rule.hpp"

#include <string>
#include <string_view>

/// Whoever has an open problem (people/open_problems.hpp) is not sold to unnoticed.
namespace crm::service {

/// While it lives, what would be refused because of an open problem is done, and recorded with the
/// command.
class Insisting {
public:
    Insisting(bool on, std::string_view command);
    ~Insisting();
    Insisting(const Insisting&) = delete;
    Insisting& operator=(const Insisting&) = delete;

private:
    const std::string* before_;
    std::string command_;
};

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
