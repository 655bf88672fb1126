#pragma once

#include "meta/nouns/shared.hpp"

/// Campaigns and events.
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

inline constexpr Field member[] = {
    {"who", link, "contact or lead", required | unique, {.to = "any"}},
    {"status", choice, "status in the campaign", none, {.words = member_statuses}},
};

inline constexpr Field registration[] = {
    {"who", link, "contact or lead", required | unique, {.to = "any"}},
    {"status", choice, "registration status", none, {.words = registration_statuses}},
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
    {"template", text, "text to send"},
    {"members", rows, "members, with status", many, {.rows = member}},
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
