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
    {"product", link, "product", indexed, {.to = "product"}},
    {"account", link, "customer", indexed, {.to = "account"}},
    {"contact", link, "contact person", indexed, {.to = "contact"}},
    {"installed_on", date, "installation date"},
    {"warranty_until", date, "end of warranty", indexed},
    {"site", text, "location at the customer", searched},
    {"status", text, "status"},
};

inline constexpr Field ticket[] = {
    {"subject",
     text,
     "subject",
     required | searched | lookup,
     {.headers = "ticket name|summary|title"}},
    {"account", link, "customer", indexed, {.to = "account"}},
    {"contact", link, "who reported it", indexed, {.to = "contact"}},
    {"asset", link, "asset concerned", indexed, {.to = "asset"}},
    {"contract", link, "service contract", indexed, {.to = "contract"}},
    {"type", choice, "type of ticket", indexed, {.words = ticket_types}},
    {"severity", text, "severity"},
    {"priority", choice, "priority", indexed, {.words = priorities, .initial = "Normal"}},
    {"status",
     choice,
     "status",
     indexed,
     {.words = ticket_statuses,
      .headers = "ticket status",
      .initial = "New",
      .foreign = "open=New|inprogress=Assigned|working=Assigned|waiting=Pending|waitingoncontact="
                 "Pending|waitingoncustomer=Pending|onhold=Pending|escalated=Assigned|solved="
                 "Closed|resolved=Closed|done=Closed|canceled=Rejected|cancelled=Rejected"}},
    {"channel", text, "channel it came through", indexed},
    {"queue", text, "queue", indexed},
    {"team", rows, "colleagues who work on it", many, {.rows = user_role}},
    {"resolution", prose, "resolution", searched},
    {"response_due", instant, "first response due, by service level", derived | indexed},
    {"resolution_due", instant, "resolution due, by service level", derived | indexed},
    {"first_response_at", instant, "time of the first response"},
    {"closed_at", instant, "when it was closed", indexed},
    {"csat", integer, "customer satisfaction"},
    {"parent", link, "parent ticket", indexed, {.to = "ticket", .reverse = "parts"}},
};

inline constexpr Field part[] = {
    {"product", link, "part", required, {.to = "product"}},
    {"quantity", integer, "quantity", not_negative},
    {"price", money, "price per unit", not_negative},
};

inline constexpr Field visit[] = {
    {"ticket", link, "ticket", indexed, {.to = "ticket"}},
    {"asset", link, "asset", indexed, {.to = "asset"}},
    {"engineer", link, "service engineer", indexed, {.to = "user", .reverse = "visits"}},
    {"service_point", text, "service point", indexed},
    {"start", instant, "start", indexed},
    {"end", instant, "end"},
    {"lines", rows, "parts used", many, {.rows = part}},
    {"minutes", integer, "minutes on site", not_negative},
    {"charge", money, "charge to the customer"},
    {"result", prose, "result", searched},
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
