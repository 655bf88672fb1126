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
    {"status", choice, "status", indexed, {.words = campaign_statuses, .initial = "Planning"}},
    {"start_date", date, "first day", none, {.headers = "start"}},
    {"end_date", date, "last day", none, {.headers = "end"}},
    {"budget", money, "budget"},
    {"expected_cost", money, "expected cost"},
    {"actual_cost", money, "actual cost"},
    {"expected_revenue", money, "expected revenue"},
    {"template", text, "text to send"},
    {"members", rows, "members, with status", many, {.rows = member}},
    {"parent", link, "parent campaign", indexed, {.to = "campaign", .reverse = "parts"}},
};

inline constexpr Field event[] = {
    {"name", text, "name of the event", required | searched | lookup},
    {"start", instant, "start", indexed},
    {"end", instant, "end"},
    {"location", text, "location", searched},
    {"capacity", integer, "maximum number of attendees", not_negative},
    {"campaign", link, "campaign that it belongs to", indexed, {.to = "campaign"}},
    {"registrations", rows, "registrations", many, {.rows = registration}},
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
