#pragma once

#include "meta/nouns/shared.hpp"

/// Assets, tickets, their queues and service levels, and service visits.
namespace crm::meta::nouns {

inline constexpr std::string_view ticket_types[] = {"Question",  "Incident", "Problem", "Request",
                                                    "Complaint", "Dispute",  "Return"};
inline constexpr std::string_view ticket_statuses[] = {"New",    "Assigned", "Pending",
                                                       "Closed", "Rejected", "Duplicate"};
inline constexpr std::string_view severities[] = {"Low", "Medium", "High", "Critical"};
inline constexpr std::string_view ticket_channels[] = {
    "Email", "Phone", "Web", "Chat", "In Person", "Letter", "Social", "Community", "Other"};
inline constexpr std::string_view asset_statuses[] = {"Installed", "In Repair", "Replaced",
                                                      "Returned", "Retired"};
/// Of Zendesk, Jira, ServiceNow and lists of requests that people publish.
inline constexpr std::string_view foreign_priorities =
    "medium=Normal|moderate=Normal|major=High|critical=Urgent|emergency=Urgent|blocker=Urgent|"
    "highest=Urgent|lowest=Low|minor=Low|trivial=Low|p1=Urgent|p2=High|p3=Normal|p4=Low|p5=Low";

inline constexpr std::string_view visit_statuses[] = {"Planned", "Held", "Not Held"};
inline constexpr std::string_view completions[] = {"Fully", "Partly", "Not"};

inline constexpr std::string_view sla_states[] = {"Running", "Paused", "Kept", "Missed", "None"};
/// What happens to a ticket. Unassigned is the way back to New.
inline constexpr std::string_view ticket_events[] = {
    "Created",  "Assigned", "Unassigned", "Pending",  "Closed", "Rejected",  "Duplicate",
    "Reopened", "Customer", "Answer",     "Priority", "SLA",    "Escalated", "Warned"};
inline constexpr Field ticket_event[] = {
    {"at", instant, "when it happened", required},
    {"what", choice, "what happened", required | strict, {.words = ticket_events}},
    {"detail", text, "what it was changed to, or what it waits for"},
    {"user", link, "who did it", none, {.to = "user", .reverse = "ticket_events"}},
};

inline constexpr std::string_view queue_assignments[] = {"None", "Round Robin", "Least Busy",
                                                         "Topic"};
inline constexpr Field queue[] = {
    {"name", text, "name of the queue", required | unique | searched | lookup},
    {"email", email, "address that customers write to; replies come from it", searched},
    {"sla", link, "service level of its tickets", indexed, {.to = "sla"}},
    {"members", rows, "colleagues who work on its tickets", many, {.rows = user_role}},
    {"assign",
     choice,
     "how crm ticket assign chooses one of the members",
     none,
     {.words = queue_assignments, .initial = "None"}},
};

inline constexpr Field sla_target[] = {
    {"priority",
     choice,
     "tickets of this priority",
     required | unique | strict,
     {.words = priorities, .foreign = foreign_priorities}},
    {"response", duration, "working time until the first answer: 30min, 4h"},
    {"next_response", duration, "working time until each further answer"},
    {"resolution", duration, "working time until it is solved"},
};

inline constexpr Field sla[] = {
    {"name", text, "name of the service level", required | unique | searched | lookup},
    {"calendar", link, "working hours; the default calendar if empty", indexed, {.to = "calendar"}},
    {"targets",
     rows,
     "targets by priority: targets+='High (response 1h, resolution 8h)'",
     many,
     {.rows = sla_target}},
    {"pauses",
     choice,
     "statuses in which the time of the resolution stands still",
     many,
     {.words = ticket_statuses, .initial = "Pending"}},
    {"rule", text, "query for the tickets that it is for"},
    {"rank", integer, "order in which the rules are asked, lowest first"},
    {"default", boolean, "is that of all tickets that have no other"},
    {"warn",
     percent,
     "part of the target that is left when a ticket is said to be breaching",
     none,
     {.initial = "25"}},
    {"active", boolean, "may be chosen by rule or default", none, {.initial = "yes"}},
};

inline constexpr Field asset[] = {
    {"name", text, "name of the asset", required | searched | lookup},
    {"serial", text, "serial number", searched | lookup, {.headers = "serial number"}},
    {"product", link, "product that was installed", indexed, {.to = "product"}},
    {"account", link, "company that uses it", indexed, {.to = "account"}},
    {"contact", link, "contact person", indexed, {.to = "contact"}},
    {"installed_on", date, "installation date"},
    {"warranty_until", date, "end of warranty", indexed},
    {"site", text, "location at the customer", searched},
    {"order", link, "order that it was sold with", indexed, {.to = "order"}},
    {"replaces",
     link,
     "asset in whose place it came",
     indexed,
     {.to = "asset", .reverse = "replaced_by"}},
    {"parent", link, "asset that it is a part of", indexed, {.to = "asset", .reverse = "parts"}},
    {"status",
     choice,
     "whether it is in use",
     indexed,
     {.words = asset_statuses,
      .foreign = "inuse=Installed|active=Installed|live=Installed|repair=In Repair|"
                 "maintenance=In Repair|exchanged=Replaced|scrapped=Retired|disposed=Retired"}},
};

inline constexpr Field used_article[] = {
    {"article", link, "article", required | unique, {.to = "kb", .reverse = "solved"}},
};

inline constexpr Field ticket[] = {
    {"subject",
     text,
     "request or problem, in one line",
     required | searched | lookup,
     {.headers = "ticket name|summary|title"}},
    {"account", link, "company that reported it", indexed, {.to = "account"}},
    {"contact",
     link,
     "who reported it",
     indexed,
     {.to = "contact",
      .headers = "email|e-mail|email address|customer email|customer email "
                 "address|requester|requester email|reporter|reported by|from"}},
    {"asset", link, "asset concerned", indexed, {.to = "asset"}},
    {"contract", link, "service contract", indexed, {.to = "contract"}},
    {"product", link, "product concerned", indexed, {.to = "product"}},
    {"order", link, "order concerned", indexed, {.to = "order"}},
    {"type",
     choice,
     "type of ticket",
     indexed | strict,
     {.words = ticket_types,
      .headers = "ticket type",
      .foreign = "bug=Incident|technicalissue=Incident|fault=Incident|feature=Request|"
                 "featurerequest=Request|refundrequest=Request|cancellationrequest=Request|"
                 "billinginquiry=Request|servicerequest=Request|task=Request|"
                 "productinquiry=Question|inquiry=Question|howto=Question"}},
    {"severity",
     choice,
     "how bad the effect is",
     none,
     {.words = severities,
      .foreign = "minor=Low|moderate=Medium|normal=Medium|major=High|severe=High|"
                 "blocker=Critical|urgent=Critical"}},
    {"priority",
     choice,
     "how urgent it is",
     indexed | strict,
     {.words = priorities,
      .headers = "ticket priority",
      .initial = "Normal",
      .foreign = foreign_priorities}},
    {"status",
     choice,
     "how far it is; is:open finds those still to solve",
     indexed | strict,
     {.words = ticket_statuses,
      .headers = "ticket status",
      .initial = "New",
      .foreign = "open=New|reopened=New|inprogress=Assigned|working=Assigned|escalated=Assigned|"
                 "pending*=Pending|waiting*=Pending|onhold=Pending|solved=Closed|resolved=Closed|"
                 "done=Closed|merged=Duplicate|canceled=Rejected|cancelled=Rejected"}},
    {"pending_until", date, "day until which it waits", indexed},
    {"waiting_for", text, "what it waits for"},
    {"channel",
     choice,
     "channel it came through",
     indexed | strict,
     {.words = ticket_channels,
      .headers = "ticket channel|origin",
      .foreign = "mail=Email|socialmedia=Social|webform=Web|website=Web|portal=Web|"
                 "telephone=Phone|call=Phone|livechat=Chat|forum=Community"}},
    {"queue", link, "queue of the team that works on it", indexed, {.to = "queue"}},
    {"sla",
     link,
     "service level; that of the contract, queue or rule if empty",
     indexed,
     {.to = "sla"}},
    {"team", rows, "colleagues who work on it", many, {.rows = user_role}},
    {"assignment", text, "why it was assigned to its owner", derived},
    {"resolution", prose, "how it was solved", searched},
    {"used", rows, "articles that solved it", many, {.rows = used_article}},
    {"response_due", instant, "first response due, by service level", derived | indexed},
    {"next_response_due", instant, "next response due, by service level", derived | indexed},
    {"resolution_due", instant, "resolution due, by service level", derived | indexed},
    {"warn_at", instant, "from when on it is breaching", derived | indexed},
    {"breach_at", instant, "when a target was missed, or will be", derived | indexed},
    {"sla_state",
     choice,
     "state of its service level",
     derived,
     {.words = sla_states, .computed = "ticket_sla_state"}},
    {"sla_left", duration, "working time left for the resolution while its time stands still",
     derived},
    {"waiting_since", instant, "since when the customer waits for an answer", derived | indexed},
    {"first_response_at", instant, "time of the first response"},
    {"closed_at", instant, "when it was closed", indexed},
    {"closed_by", link, "who closed it", derived | indexed, {.to = "user", .reverse = "closed"}},
    {"reopened", integer, "how often it was reopened", derived},
    {"eligible", boolean, "could be solved at first contact", none, {.initial = "yes"}},
    {"first_contact", boolean, "was solved at first contact"},
    {"minutes", integer, "minutes of work on answers", derived},
    {"csat",
     integer,
     "customer satisfaction, 1 to 5",
     none,
     {.headers = "customer satisfaction rating", .least = 1, .most = 5}},
    {"events", rows, "what happened to it", many | derived, {.rows = ticket_event}},
    {"parent", link, "parent ticket", indexed, {.to = "ticket", .reverse = "parts"}},
};

inline constexpr Field part[] = {
    {"product", link, "product that was used", required, {.to = "product"}},
    {"quantity", integer, "how many were used, 1 if empty", not_negative},
    {"price", money, "price per unit", not_negative},
    {"cost", money, "our cost per unit", not_negative},
};

inline constexpr Field visit[] = {
    {"ticket", link, "ticket that the visit is for", indexed, {.to = "ticket"}},
    {"asset", link, "asset that is serviced", indexed, {.to = "asset"}},
    {"account",
     link,
     "company that is visited: that of the ticket, else of the asset",
     derived | indexed,
     {.to = "account"}},
    {"status",
     choice,
     "whether it took place",
     indexed,
     {.words = visit_statuses,
      .initial = "Planned",
      .foreign = "scheduled=Planned|open=Planned|done=Held|completed=Held|closed=Held|"
                 "cancelled=Not Held|canceled=Not Held"}},
    {"engineer", link, "service engineer", indexed, {.to = "user", .reverse = "visits"}},
    {"service_point", text, "depot or branch that the engineer comes from", indexed},
    {"start", instant, "when the visit begins", indexed},
    {"end", instant, "when the visit ends"},
    {"lines", rows, "parts used", many, {.rows = part}},
    {"minutes", integer, "minutes on site", not_negative},
    {"travel", integer, "minutes of travel", not_negative},
    {"completed", choice, "how far the work got", none, {.words = completions}},
    {"covered", boolean, "parts and time are free of charge; by warranty or contract if not given"},
    {"charge", money, "charge to the customer"},
    {"result", prose, "what was found and done", searched},
};

inline constexpr Is ticket_is[] = {
    {"open", "status:(New,Assigned,Pending)"},
    {"paused", "status:(New,Assigned,Pending) sla_left:any"},
    {"unanswered", "status:(New,Assigned,Pending) waiting_since:any"},
    {"breaching", "status:(New,Assigned,Pending) warn_at:..now -breach_at:<now"},
    {"breached", "breach_at:1970.. breach_at:<now"},  // both ends: an index is used
    {"complaint", "type:(Complaint,Dispute,Return)"},
};

inline constexpr Declaration service_nouns[] = {
    {"asset",
     "assets",
     "as",
     17,
     "products installed at customers",
     "name",
     "id,name,serial,product,account,warranty_until,site",
     asset,
     {.fields = "serial,product", .name_describes = true}},
    {"ticket",
     "tickets",
     "t",
     18,
     "customer requests and complaints",
     "subject",
     "id,subject,account,contact,priority,status,queue,owner",
     ticket,
     {.fields = "contact,asset", .name_describes = true},
     "",
     ticket_is},
    {"queue", "queues", "qu", 38, "teams that tickets wait for", "name", "id,name,email,sla",
     queue},
    {"sla", "slas", "sl", 39, "service levels of tickets", "name",
     "id,name,calendar,targets,default,active", sla},
    {"visit", "visits", "v", 25, "on-site service visits", "",
     "id,ticket,asset,engineer,start,status,minutes,charge", visit},
};

}  // namespace crm::meta::nouns
