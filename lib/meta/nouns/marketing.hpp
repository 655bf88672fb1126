#pragma once

#include "meta/nouns/shared.hpp"

/// How we are known.
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
    {"who", link, "a contact or lead", required | unique, {.to = "any"}},
    {"status", choice, "how far it went", none, {.words = member_statuses}},
};

inline constexpr Field registration[] = {
    {"who", link, "a contact or lead", required | unique, {.to = "any"}},
    {"status", choice, "whether they come", none, {.words = registration_statuses}},
};

inline constexpr Field campaign[] = {
    {"name",
     text,
     "what the campaign is called",
     required | searched | lookup,
     {.headers = "campaign name"}},
    {"type", choice, "how it reaches people", indexed, {.words = campaign_types}},
    {"status",
     choice,
     "where it stands",
     indexed,
     {.words = campaign_statuses, .initial = "Planning"}},
    {"start_date", date, "from", none, {.headers = "start"}},
    {"end_date", date, "to", none, {.headers = "end"}},
    {"budget", money, "what may be spent"},
    {"expected_cost", money, "what it is thought to cost"},
    {"actual_cost", money, "what it cost"},
    {"expected_revenue", money, "what it is thought to bring"},
    {"template", text, "the text that is sent"},
    {"members", rows, "whom it is meant for", many, {.rows = member}},
    {"parent",
     link,
     "the campaign it is a part of",
     indexed,
     {.to = "campaign", .reverse = "parts"}},
};

inline constexpr Field event[] = {
    {"name", text, "what takes place", required | searched | lookup},
    {"start", instant, "from", indexed},
    {"end", instant, "to"},
    {"location", text, "where", searched},
    {"capacity", integer, "how many may come", not_negative},
    {"campaign", link, "the campaign it belongs to", indexed, {.to = "campaign"}},
    {"registrations", rows, "who comes", many, {.rows = registration}},
};

inline constexpr Declaration marketing_nouns[] = {
    {"campaign", "campaigns", "m", 15, "what is done to be known and asked", "name",
     "id,name,type,status,start_date,end_date,budget", campaign},
    {"event", "events", "e", 16, "seminars and fairs", "name",
     "id,name,start,location,capacity,campaign", event},
};

}  // namespace crm::meta::nouns
