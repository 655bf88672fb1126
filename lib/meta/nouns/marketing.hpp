#pragma once

#include "meta/nouns/activities.hpp"

/// Campaigns, their members, and events.
namespace crm::meta::nouns {

inline constexpr std::string_view campaign_types[] = {"Email",  "Newsletter", "Mail", "Telesales",
                                                      "Event",  "Trade Show", "Web",  "Print",
                                                      "Social", "Other"};
inline constexpr std::string_view campaign_statuses[] = {"Planning", "Active", "Inactive",
                                                         "Complete"};

inline constexpr std::string_view member_statuses[] = {
    "Targeted",   "Sent",     "Opened",  "Clicked",   "Responded",
    "Registered", "Attended", "Bounced", "Opted Out", "Converted"};
inline constexpr std::string_view registration_statuses[] = {
    "Registered", "Attended",          "No-show", "Cancelled",
    "Waitlisted", "Awaiting Approval", "Rejected"};

/// How far somebody got in a campaign, lowest first; the marks Bounced and Opted Out are beside it.
inline constexpr std::string_view member_ranks[] = {
    "Targeted", "Sent", "Opened", "Clicked", "Responded", "Registered", "Attended", "Converted"};
inline constexpr std::string_view consent_needs[] = {"none", "opt-in", "double"};
inline constexpr std::string_view step_ends[] = {"reply", "click", "none"};

inline constexpr Field member[] = {
    {"campaign", link, "campaign that they are in", required | indexed, {.to = "campaign"}},
    {"who", link, "contact, lead or account", required | indexed | erased_with, {.to = "any"}},
    {"status",
     choice,
     "what became of it: the mark where there is one, else the rank",
     derived,
     {.words = member_statuses, .computed = "member_status"}},
    {"rank",
     choice,
     "how far they got; it never falls",
     derived | indexed,
     {.words = member_ranks, .initial = "Targeted"}},
    {"bounced_at", instant, "when a mail to them came back", derived},
    {"opted_out_at", instant, "when they objected", derived},
    {"sent_at", instant, "when the last mail was sent", derived},
    {"step", integer, "last step that was sent", derived},
    {"variant", text, "variant that they get", derived | indexed},
    {"user", link, "who calls them", indexed, {.to = "user", .reverse = "claims"}},
    {"attempts", integer, "how often they were called", derived},
    {"next_at", instant, "when to call them next", indexed},
    {"leased_until", instant, "until when the user who calls them has them", derived},
    {"result", choice, "result of the last call", indexed, {.words = call_results}},
    {"source", choice, "where they came from", none, {.words = sources}},
};

inline constexpr Field registration[] = {
    {"who", link, "contact or lead", required | unique, {.to = "any"}},
    {"status", choice, "registration status", none, {.words = registration_statuses}},
};

inline constexpr Field campaign_step[] = {
    {"step",
     integer,
     "number of the step; the mail of the campaign is 1",
     required | unique,
     {.least = 2, .most = 99}},
    {"after", duration, "time after the step before it: 3d", required},
    {"template",
     link,
     "template of the mail",
     none,
     {.to = "template", .reverse = "campaign_steps"}},
    {"unless", choice, "not to those who reply, click, or to all", none, {.words = step_ends}},
};

inline constexpr Field campaign_variant[] = {
    {"variant", text, "name of the version: B", required | unique},
    {"template",
     link,
     "template of the mail",
     none,
     {.to = "template", .reverse = "campaign_variants"}},
    {"share", percent, "part of the members who get it"},
};

inline constexpr Field campaign[] = {
    {"name",
     text,
     "name of the campaign",
     required | searched | lookup,
     {.headers = "campaign name"}},
    {"type", choice, "type of campaign", indexed, {.words = campaign_types}},
    {"status",
     choice,
     "whether it is being planned, running or over",
     indexed,
     {.words = campaign_statuses, .initial = "Planning"}},
    {"start_date", date, "first day", none, {.headers = "start"}},
    {"end_date", date, "last day", none, {.headers = "end"}},
    {"budget", money, "amount that may be spent"},
    {"expected_cost", money, "cost that is planned"},
    {"actual_cost", money, "cost so far"},
    {"expected_revenue", money, "revenue that it is planned to bring"},
    {"from", email, "address of the sender; that of the setting mail_from if empty"},
    {"reply_to", email, "address for answers"},
    {"query", text, "query for the contacts that join it"},
    {"except", text, "query for those who do not join"},
    {"topic", text, "what the mail is about, for those who object to one topic only"},
    {"consent", choice, "consent that a recipient must have given", none, {.words = consent_needs}},
    {"not_with", text, "query for contacts that get nothing now: ticket.is:open"},
    {"cap", duration, "nobody gets campaign mail more often: 7d"},
    {"any_channel", boolean, "also to those who prefer another channel"},
    {"template",
     link,
     "template of the mail or letter",
     indexed,
     {.to = "template", .reverse = "campaigns"}},
    {"script", link, "template for calls", none, {.to = "template", .reverse = "call_lists"}},
    {"calendar", link, "working hours in which members are called", none, {.to = "calendar"}},
    {"send_at", instant, "earliest time of sending"},
    {"steps",
     rows,
     "further mails: steps+='2 (after 3d, template T)'",
     many,
     {.rows = campaign_step}},
    {"variants",
     rows,
     "versions that are compared: variants+='B (template T, share 50)'",
     many,
     {.rows = campaign_variant}},
    {"parent", link, "parent campaign", indexed, {.to = "campaign", .reverse = "parts"}},
};

inline constexpr Field event[] = {
    {"name", text, "name of the event", required | searched | lookup},
    {"start", instant, "when it begins", indexed},
    {"end", instant, "when it ends"},
    {"location", text, "where it takes place: an address or a link", searched},
    {"capacity", integer, "maximum number of attendees", not_negative},
    {"campaign", link, "campaign that it belongs to", indexed, {.to = "campaign"}},
    {"registrations", rows, "who registered and who came", many, {.rows = registration}},
};

inline constexpr Declaration marketing_nouns[] = {
    {"campaign",
     "campaigns",
     "m",
     15,
     "marketing campaigns",
     "name",
     "id,name,type,status,start_date,end_date,budget",
     campaign,
     {.fields = "start_date"}},
    {"member",
     "members",
     "mb",
     40,
     "who is in a campaign, and how far they got",
     "",
     "id,campaign,who,status,step,variant,sent_at",
     member,
     {.fields = "campaign,who", .unique = true}},
    {"event",
     "events",
     "e",
     16,
     "seminars and trade fairs",
     "name",
     "id,name,start,location,capacity,campaign",
     event,
     {.fields = "start"}},
};

}  // namespace crm::meta::nouns
