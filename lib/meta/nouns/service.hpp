#pragma once

#include "meta/nouns/shared.hpp"

/// What customers have and ask.
namespace crm::meta::nouns {

inline constexpr std::string_view ticket_types[] = {"Question",  "Incident", "Problem", "Request",
                                                    "Complaint", "Dispute",  "Return"};
inline constexpr std::string_view ticket_statuses[] = {"New",    "Assigned", "Pending",
                                                       "Closed", "Rejected", "Duplicate"};

inline constexpr Field asset[] = {
    {"name", text, "what is installed", required | searched | lookup},
    {"serial", text, "its serial number", searched | lookup, {.headers = "serial number"}},
    {"product", link, "what it is", indexed, {.to = "product"}},
    {"account", link, "whose it is", indexed, {.to = "account"}},
    {"contact", link, "who looks after it there", indexed, {.to = "contact"}},
    {"installed_on", date, "since when"},
    {"warranty_until", date, "how long we answer for it", indexed},
    {"site", text, "where it stands", searched},
    {"status", text, "how it is"},
};

inline constexpr Field ticket[] = {
    {"subject",
     text,
     "what is wrong",
     required | searched | lookup,
     {.headers = "ticket name|summary|title"}},
    {"account", link, "the customer", indexed, {.to = "account"}},
    {"contact", link, "who asks", indexed, {.to = "contact"}},
    {"asset", link, "what it is about", indexed, {.to = "asset"}},
    {"contract", link, "the agreement that covers it", indexed, {.to = "contract"}},
    {"type", choice, "its kind", indexed, {.words = ticket_types}},
    {"severity", text, "how bad it is"},
    {"priority", choice, "how urgent it is", indexed, {.words = priorities, .initial = "Normal"}},
    {"status",
     choice,
     "where it stands",
     indexed,
     {.words = ticket_statuses,
      .headers = "ticket status",
      .initial = "New",
      .foreign = "open=New|inprogress=Assigned|working=Assigned|waiting=Pending|waitingoncontact="
                 "Pending|waitingoncustomer=Pending|onhold=Pending|escalated=Assigned|solved="
                 "Closed|resolved=Closed|done=Closed|canceled=Rejected|cancelled=Rejected"}},
    {"channel", text, "how it came", indexed},
    {"queue", text, "who takes care of such", indexed},
    {"team", rows, "colleagues who work on it", many, {.rows = user_role}},
    {"resolution", prose, "what helped", searched},
    {"response_due", instant, "by when to answer, by its service level", derived | indexed},
    {"resolution_due", instant, "by when to have it mended, by its service level",
     derived | indexed},
    {"first_response_at", instant, "when we first answered"},
    {"closed_at", instant, "when it was closed", indexed},
    {"csat", integer, "how content they were"},
    {"parent", link, "the ticket it is a part of", indexed, {.to = "ticket", .reverse = "parts"}},
};

inline constexpr Field part[] = {
    {"product", link, "what was put in", required, {.to = "product"}},
    {"quantity", integer, "how many units", not_negative},
    {"price", money, "of one unit", not_negative},
};

inline constexpr Field visit[] = {
    {"ticket", link, "what it mends", indexed, {.to = "ticket"}},
    {"asset", link, "what is looked at", indexed, {.to = "asset"}},
    {"engineer", link, "who goes", indexed, {.to = "user", .reverse = "visits"}},
    {"service_point", text, "where from", indexed},
    {"start", instant, "from", indexed},
    {"end", instant, "to"},
    {"lines", rows, "parts that were used", many, {.rows = part}},
    {"minutes", integer, "time on the spot", not_negative},
    {"charge", money, "what it costs the customer"},
    {"result", prose, "what came of it", searched},
};

inline constexpr Is ticket_is[] = {
    {"open", "status:(New,Assigned,Pending)"},
};

inline constexpr Declaration service_nouns[] = {
    {"asset", "assets", "as", 17, "products installed at customers", "name",
     "id,name,serial,product,account,warranty_until,site", asset},
    {"ticket", "tickets", "t", 18, "what customers ask and complain about", "subject",
     "id,subject,account,contact,priority,status,queue,owner", ticket, "", ticket_is},
    {"visit", "visits", "v", 25, "engineers at customers", "",
     "id,ticket,asset,engineer,start,minutes,charge", visit},
};

}  // namespace crm::meta::nouns
