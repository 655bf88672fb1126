#pragma once

#include "meta/nouns/shared.hpp"

/// Assets, tickets and service visits.
namespace crm::meta::nouns {

inline constexpr std::string_view ticket_types[] = {"Question",  "Incident", "Problem", "Request",
                                                    "Complaint", "Dispute",  "Return"};
inline constexpr std::string_view ticket_statuses[] = {"New",    "Assigned", "Pending",
                                                       "Closed", "Rejected", "Duplicate"};

inline constexpr Field asset[] = {
    {"name", text, "name of the asset", required | searched | lookup},
    {"serial", text, "serial number", searched | lookup, {.headers = "serial number"}},
    {"product", link, "product that was installed", indexed, {.to = "product"}},
    {"account", link, "company that uses it", indexed, {.to = "account"}},
    {"contact", link, "contact person", indexed, {.to = "contact"}},
    {"installed_on", date, "installation date"},
    {"warranty_until", date, "end of warranty", indexed},
    {"site", text, "location at the customer", searched},
    {"status", text, "condition or use, in your own words: in use, spare"},
};

inline constexpr Field ticket[] = {
    {"subject",
     text,
     "request or problem, in one line",
     required | searched | lookup,
     {.headers = "ticket name|summary|title"}},
    {"account", link, "company that reported it", indexed, {.to = "account"}},
    {"contact", link, "who reported it", indexed, {.to = "contact"}},
    {"asset", link, "asset concerned", indexed, {.to = "asset"}},
    {"contract", link, "service contract", indexed, {.to = "contract"}},
    {"type", choice, "type of ticket", indexed, {.words = ticket_types}},
    {"severity", text, "how bad the effect is, in your own words"},
    {"priority", choice, "how urgent it is", indexed, {.words = priorities, .initial = "Normal"}},
    {"status",
     choice,
     "how far it is; is:open finds those still to solve",
     indexed,
     {.words = ticket_statuses,
      .headers = "ticket status",
      .initial = "New",
      .foreign = "open=New|inprogress=Assigned|working=Assigned|waiting=Pending|waitingoncontact="
                 "Pending|waitingoncustomer=Pending|onhold=Pending|escalated=Assigned|solved="
                 "Closed|resolved=Closed|done=Closed|canceled=Rejected|cancelled=Rejected"}},
    {"channel", text, "channel it came through", indexed},
    {"queue", text, "queue of the team that works on it: Hotline, Returns", indexed},
    {"team", rows, "colleagues who work on it", many, {.rows = user_role}},
    {"resolution", prose, "how it was solved", searched},
    {"response_due", instant, "first response due, by service level", derived | indexed},
    {"resolution_due", instant, "resolution due, by service level", derived | indexed},
    {"first_response_at", instant, "time of the first response"},
    {"closed_at", instant, "when it was closed", indexed},
    {"csat", integer, "customer satisfaction"},
    {"parent", link, "parent ticket", indexed, {.to = "ticket", .reverse = "parts"}},
};

inline constexpr Field part[] = {
    {"product", link, "product that was used", required, {.to = "product"}},
    {"quantity", integer, "how many were used, 1 if empty", not_negative},
    {"price", money, "price per unit", not_negative},
};

inline constexpr Field visit[] = {
    {"ticket", link, "ticket that the visit is for", indexed, {.to = "ticket"}},
    {"asset", link, "asset that is serviced", indexed, {.to = "asset"}},
    {"engineer", link, "service engineer", indexed, {.to = "user", .reverse = "visits"}},
    {"service_point", text, "depot or branch that the engineer comes from", indexed},
    {"start", instant, "when the visit begins", indexed},
    {"end", instant, "when the visit ends"},
    {"lines", rows, "parts used", many, {.rows = part}},
    {"minutes", integer, "minutes on site", not_negative},
    {"charge", money, "charge to the customer"},
    {"result", prose, "what was found and done", searched},
};

inline constexpr Is ticket_is[] = {
    {"open", "status:(New,Assigned,Pending)"},
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
    {"visit", "visits", "v", 25, "on-site service visits", "",
     "id,ticket,asset,engineer,start,minutes,charge", visit},
};

}  // namespace crm::meta::nouns
