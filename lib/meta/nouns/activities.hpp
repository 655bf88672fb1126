#pragma once

#include "meta/nouns/shared.hpp"

/// Tasks, meetings, calls, mail and its templates.
namespace crm::meta::nouns {

inline constexpr std::string_view task_statuses[] = {"Not Started", "In Progress", "Completed",
                                                     "Deferred", "Canceled"};
inline constexpr std::string_view held[] = {"Planned", "Held", "Not Held"};
inline constexpr std::string_view directions[] = {"Inbound", "Outbound"};
inline constexpr std::string_view call_results[] = {"Answered",    "Not Answered",   "Busy",
                                                    "Callback",    "Not Interested", "Wrong Number",
                                                    "Do Not Call", "Interested",     "Sale"};

inline constexpr Field task[] = {
    {"subject", text, "what to do", required | searched | lookup, {.headers = "task|title"}},
    {"due", date, "due date, also with a time", indexed, {.headers = "due date"}},
    {"due_time", time, "time of the due date"},
    {"timezone", zone, "time zone of due_time and recurrence; the owner's if empty"},
    {"status",
     choice,
     "how far it is; is:open finds those still to do",
     indexed,
     {.words = task_statuses,
      .initial = "Not Started",
      .foreign = "open=Not Started|todo=Not Started|new=Not Started|started=In "
                 "Progress|waiting=Deferred|waitingonsomeoneelse=Deferred|waitingforinput=Deferred|"
                 "done=Completed|finished=Completed|closed=Completed|cancelled=Canceled"}},
    {"priority", choice, "how urgent it is", indexed, {.words = priorities, .initial = "Normal"}},
    {"about", link, "record that it is about", indexed | erased_with, {.to = "any"}},
    {"recurrence", recurrence, "how it repeats: weekly, 'every mon', 'after 1w'"},
    {"series",
     link,
     "first task of the series",
     derived | indexed,
     {.to = "task", .reverse = "repetitions"}},
    {"occurrence", date, "day of the recurrence that it stands for", derived},
    {"reminder", instant, "when to remind", indexed},
    {"reminders", duration, "when to remind, so long before it is due: 15min; 1d", many},
    {"done_at", instant, "when it was completed", derived},
    {"promised_to",
     link,
     "contact it was promised to",
     indexed,
     {.to = "contact", .reverse = "promises"}},
    {"promised_in", text, "where it was promised"},
    {"care", text, "rule of care that added it", derived},
};

inline constexpr std::string_view responses[] = {"None", "Accepted", "Tentative", "Declined"};
inline constexpr Field attendee[] = {
    {"who", link, "contact, lead or user", unique, {.to = "any"}},
    {"role", text, "role in the meeting"},
    {"email", email, "address of somebody who is not in the database", personal},
    {"name", text, "name of somebody who is not in the database", personal},
    {"response", choice, "answer to the invitation", none, {.words = responses}},
};

inline constexpr Field meeting[] = {
    {"subject", text, "what the meeting is about", required | searched | lookup},
    {"start", instant, "when it begins", indexed},
    {"end", instant, "when it ends; after one hour if empty, a last day is included"},
    {"all_day", boolean, "takes whole days"},
    {"timezone", zone, "time zone of the recurrence"},
    {"recurrence", recurrence, "how it repeats: weekly, 'every mon'"},
    {"also", instant, "takes place then, too", many},
    {"except", instant, "does not take place then, though the recurrence says so", many},
    {"series",
     link,
     "series that this is a changed occurrence of",
     derived | indexed,
     {.to = "meeting", .reverse = "changed"}},
    {"occurrence", instant, "when the recurrence has it", derived},
    {"reminders", duration, "when to remind, so long before it begins: 15min; 1d", many},
    {"organizer", link, "who invites", indexed, {.to = "any", .reverse = "organizes"}},
    {"sequence", integer, "how often it was changed after people were invited", derived},
    {"location", text, "where it takes place: a room, an address or a link", searched},
    {"attendees",
     rows,
     "who takes part: contacts, leads, colleagues, addresses",
     many,
     {.rows = attendee}},
    {"status", choice, "planned, held or not held", indexed, {.words = held, .initial = "Planned"}},
    {"about", link, "record that it is about", indexed, {.to = "any"}},
};

inline constexpr Field call[] = {
    {"subject", text, "what the call is about", required | searched | lookup},
    {"direction", choice, "inbound or outbound", indexed, {.words = directions}},
    {"status", choice, "planned, held or not held", indexed, {.words = held, .initial = "Planned"}},
    {"result", choice, "result of the call", indexed, {.words = call_results}},
    {"start", instant, "when the call begins or began", indexed},
    {"duration", duration, "duration: 12min"},
    {"number", phone, "telephone number dialled", searched | lookup},
    {"callback", instant, "when to call back", indexed},
    {"list", text, "call list", indexed},
    {"campaign", link, "call list that it belongs to", indexed, {.to = "campaign"}},
    {"member", link, "entry of the call list", indexed, {.to = "member"}},
    {"about", link, "record that it is about", indexed | erased_with, {.to = "any"}},
};

inline constexpr Is task_is[] = {
    {"open", "status:(NotStarted,InProgress)"},
    {"overdue", "status:(NotStarted,InProgress) (due:..yesterday or due:today due_time:<now)"},
};

/// How far mail got. The first is what a mail has that is only written.
inline constexpr std::string_view mail_states[] = {
    "Draft", "Queued", "Held", "Trying", "Sent", "Failed", "Unsure", "Cancelled", "Received"};
inline constexpr std::string_view recipient_kinds[] = {"To", "Cc", "Bcc"};
inline constexpr std::string_view template_kinds[] = {"Mail", "Letter", "Script", "Reminder",
                                                      "Contract"};

/// The outbox: a row for each mail and address that it goes to. It is not in the history, since it
/// says what happened in the world (lib/mail/outbox.hpp).
inline constexpr Field recipient[] = {
    {"address", email, "address that it goes to", derived | personal},
    {"kind", choice, "To, Cc or Bcc", derived | strict, {.words = recipient_kinds}},
    {"who", link, "contact, lead, account or user", derived, {.to = "any"}},
    {"state", choice, "how far it got", derived | indexed | strict, {.words = mail_states}},
    {"verdict", text, "what the server answered, or why it was not sent", derived},
    {"attempts", integer, "how often it was tried", derived},
    {"next_at", instant, "when it is tried next", derived},
    {"sent_at", instant, "when it was sent", derived},
};

inline constexpr Field mail[] = {
    {"subject", text, "subject line of the message", required | searched | lookup},
    {"direction", choice, "inbound or outbound", indexed, {.words = directions}},
    {"from", email, "address of the sender", searched | lookup | personal | erased_with},
    {"to", email, "addresses of the recipients", many | searched | lookup | personal | erased_with},
    {"cc", email, "addresses that get a copy", many | searched | lookup | personal | erased_with},
    {"bcc", email, "addresses that get a copy which the others do not see",
     many | searched | lookup | personal | erased_with},
    {"reply_to", email, "address for answers", personal},
    {"thread", text, "conversation that the message belongs to", indexed},
    {"template", link, "template that it was written from", indexed, {.to = "template"}},
    {"language", text, "language tag: de, zh-Hant", none, {.headers = "lang"}},
    {"body", prose, "text of the message", searched | personal},
    {"html", prose, "the text as HTML, where a template made it", derived | personal},
    {"about", link, "record that it is about", indexed | erased_with, {.to = "any"}},
    {"send_at", instant, "when to send it; at once if empty"},
    {"automatic", boolean, "written by the program: a digest, a report", derived},
    {"care", text, "rule of care that wrote it", derived},
    {"message_id", text, "Message-ID of the message", derived | indexed},
    {"state", choice, "delivery state", derived, {.words = mail_states, .computed = "mail_state"}},
    {"verdict",
     text,
     "what the server answered, or why it was not sent",
     derived,
     {.computed = "mail_verdict"}},
    {"sent_at", instant, "when it was sent", indexed},
    {"answered_at",
     instant,
     "when the other side replied",
     derived,
     {.computed = "mail_answered_at"}},
    {"recipients", rows, "who gets it, and how far it got", derived, {.rows = recipient}},
};

inline constexpr Field mail_template[] = {
    {"name", text, "name of the template", required | searched | lookup},
    {"kind", choice, "what it is for", indexed, {.words = template_kinds, .initial = "Mail"}},
    {"language", text, "language tag: de, zh-Hant; several templates of one name differ in it"},
    {"subject", text, "subject line, also with {{tags}}", searched},
    {"body", prose, "text in Markdown, with {{tags}}", searched},
};

inline constexpr Declaration activities_nouns[] = {
    {"task",
     "tasks",
     "ts",
     12,
     "tasks and promises",
     "subject",
     "id,subject,due,status,priority,about,owner",
     task,
     {.fields = "due,about", .name_describes = true, .needs_all = true},
     "",
     task_is},
    {"meeting",
     "meetings",
     "mt",
     13,
     "meetings",
     "subject",
     "id,subject,start,end,location,status,about",
     meeting,
     {.fields = "start,about", .name_describes = true, .needs_all = true}},
    {"call",
     "calls",
     "ca",
     14,
     "telephone calls",
     "subject",
     "id,subject,direction,status,result,start,number,about",
     call,
     {.fields = "start,about", .name_describes = true, .needs_all = true}},
    {"mail",
     "mails",
     "ml",
     24,
     "e-mail messages",
     "subject",
     "id,subject,direction,from,sent_at,state,about",
     mail,
     {.fields = "sent_at,from", .name_describes = true, .needs_all = true}},
    {"template",
     "templates",
     "tp",
     36,
     "texts for mail, letters and calls",
     "name",
     "id,name,kind,language,subject",
     mail_template,
     {.fields = "language"}},
};

}  // namespace crm::meta::nouns
