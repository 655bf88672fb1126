#pragma once

#include <string_view>

/// What `crm today` lists.
namespace crm::calendar {

/// A kind of thing that is due: the records of a noun that a query finds, by one of their dates.
struct AgendaRule {
    std::string_view noun;
    std::string_view query;  ///< {} stands for the day
    std::string_view when;   ///< the field that says when it is due
    std::string_view what;   ///< what there is to do
    std::string_view whose = "owner";
    std::string_view name{};   ///< the field that names it, if that is not its name
    std::string_view about{};  ///< the field that says what it is about, if that is not `about`
};

/// THE table of everything that is found by a query. Beside it there are the renewals of contracts,
/// the visits that they promise, and birthdays (agenda.cpp). A noun without records costs nothing.
inline constexpr AgendaRule agenda_rules[] = {
    {"task", "is:open due:..{}", "due", "do"},
    {"meeting", "status:planned recurrence:none start:{}", "start", "meet"},
    {"call", "status:planned start:..{}", "start", "call"},
    {"call", "status:planned callback:..{}", "callback", "call back"},
    {"member", "result:(Callback,Interested) next_at:..{} campaign.status:(Planning,Active)",
     "next_at", "call back", "user", "who", "campaign"},
    {"visit", "status:planned start:..{}", "start", "visit"},
    {"ticket", "is:open first_response_at:none created_at:..{}", "created_at", "answer"},
    {"ticket", "is:unanswered first_response_at:any waiting_since:..{}", "waiting_since", "answer"},
    {"ticket", "is:open resolution_due:..{}", "resolution_due", "resolve"},
    {"ticket", "is:breaching -resolution_due:..{}", "breach_at", "breaching"},
    {"ticket", "status:pending pending_until:..{}", "pending_until", "resume"},
    {"lead", "-status:(Converted,Dead) follow_up:..{}", "follow_up", "follow up"},
    {"deal", "is:open follow_up:..{}", "follow_up", "follow up"},
    {"deal", "is:open close_date:..{}", "close_date", "close"},
    {"quote", "is:open valid_until:..{}", "valid_until", "expires"},
    {"order", "is:open due_on:..{}", "due_on", "payment due"},
    {"kb", "-status:archived review_on:..{}", "review_on", "review"},
    {"decision", "review_on:..{}", "review_on", "review"},
};

}  // namespace crm::calendar
