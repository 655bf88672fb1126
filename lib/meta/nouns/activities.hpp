#pragma once

#include "meta/nouns/shared.hpp"

/// What is done and to be done.
namespace crm::meta::nouns {

inline constexpr std::string_view task_statuses[] = {"Not Started", "In Progress", "Completed",
                                                     "Deferred", "Canceled"};
inline constexpr std::string_view held[] = {"Planned", "Held", "Not Held"};
inline constexpr std::string_view directions[] = {"Inbound", "Outbound"};
inline constexpr std::string_view call_results[] = {"Answered",    "Not Answered",   "Busy",
                                                    "Callback",    "Not Interested", "Wrong Number",
                                                    "Do Not Call", "Interested",     "Sale"};

inline constexpr Field task[] = {
    {"subject",
     text,
     "what is to be done",
     required | searched | lookup,
     {.headers = "task|title"}},
    {"due", date, "by when", indexed, {.headers = "due date"}},
    {"status",
     choice,
     "where it stands",
     indexed,
     {.words = task_statuses,
      .initial = "Not Started",
      .foreign = "open=Not Started|todo=Not Started|new=Not Started|started=In "
                 "Progress|waiting=Deferred|waitingonsomeoneelse=Deferred|waitingforinput=Deferred|"
                 "done=Completed|finished=Completed|closed=Completed|cancelled=Canceled"}},
    {"priority", choice, "how urgent it is", indexed, {.words = priorities, .initial = "Normal"}},
    {"about", link, "what it is about", indexed, {.to = "any"}},
    {"recurrence", text, "when it comes again: 1w, 1mo"},
    {"reminder", instant, "when to be reminded", indexed},
    {"promised_to",
     link,
     "to whom it was promised",
     indexed,
     {.to = "contact", .reverse = "promises"}},
    {"promised_in", text, "where it was promised"},
};

inline constexpr Field attendee[] = {
    {"who", link, "a contact, lead or colleague", required | unique, {.to = "any"}},
    {"role", text, "what they are there for"},
};

inline constexpr Field meeting[] = {
    {"subject", text, "what it is for", required | searched | lookup},
    {"start", instant, "from", indexed},
    {"end", instant, "to"},
    {"location", text, "where", searched},
    {"attendees", rows, "who sits there", many, {.rows = attendee}},
    {"status", choice, "whether it took place", indexed, {.words = held, .initial = "Planned"}},
    {"about", link, "what it is about", indexed, {.to = "any"}},
};

inline constexpr Field call[] = {
    {"subject", text, "what it is for", required | searched | lookup},
    {"direction", choice, "who rang", indexed, {.words = directions}},
    {"status", choice, "whether it took place", indexed, {.words = held, .initial = "Planned"}},
    {"result", choice, "what came of it", indexed, {.words = call_results}},
    {"start", instant, "when", indexed},
    {"duration", duration, "how long: 12min"},
    {"number", phone, "the number that was dialled", searched | lookup},
    {"callback", instant, "when to ring again", indexed},
    {"list", text, "the list of calls it belongs to", indexed},
    {"about", link, "whom or what it is about", indexed, {.to = "any"}},
};

inline constexpr Is task_is[] = {
    {"open", "status:(NotStarted,InProgress)"},
    {"overdue", "status:(NotStarted,InProgress) due:..yesterday"},
};

inline constexpr Field mail[] = {
    {"subject", text, "what it is about", required | searched | lookup},
    {"direction", choice, "who wrote", indexed, {.words = directions}},
    {"from", email, "the sender", searched | lookup | personal},
    {"to", email, "the recipients", many | searched | lookup | personal},
    {"thread", text, "the conversation it belongs to", indexed},
    {"body", prose, "the text", searched | personal},
    {"about", link, "whom or what it is about", indexed, {.to = "any"}},
    {"state", text, "where it stands", indexed},
    {"sent_at", instant, "when it was sent", indexed},
    {"answered_at",
     instant,
     "when the other side next wrote in the same conversation",
     derived,
     {.computed =
          R"((SELECT min(m."sent_at") FROM "mail" m WHERE m."thread" = $."thread" AND m."sent_at" > $."sent_at" AND m."direction" <> $."direction" AND m."deleted_at" IS NULL))"}},
};

inline constexpr Declaration activities_nouns[] = {
    {"task", "tasks", "ts", 12, "things to do and promises", "subject",
     "id,subject,due,status,priority,about,owner", task, "", task_is},
    {"meeting", "meetings", "mt", 13, "people who sit together", "subject",
     "id,subject,start,end,location,status,about", meeting},
    {"call", "calls", "ca", 14, "telephone calls", "subject",
     "id,subject,direction,status,result,start,number,about", call},
    {"mail", "mails", "ml", 24, "letters by e-mail", "subject",
     "id,subject,direction,from,sent_at,state,about", mail},
};

}  // namespace crm::meta::nouns
