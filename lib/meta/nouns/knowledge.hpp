#pragma once

#include "meta/nouns/shared.hpp"

/// Knowledge base, feedback, decisions, and the named queries, lists and fields of users.
namespace crm::meta::nouns {

inline constexpr std::string_view article_kinds[] = {
    "Solution", "Procedure", "FAQ",        "Playbook",         "Tip",  "Product",
    "Pricing",  "Material",  "Competitor", "Customer Insight", "Reply"};
inline constexpr std::string_view article_statuses[] = {"Draft", "In Review", "Published",
                                                        "Archived"};
inline constexpr std::string_view visibilities[] = {"internal", "customers"};
inline constexpr std::string_view knowledge[] = {"of", "about", "environment", "from"};
inline constexpr std::string_view feedback_kinds[] = {"Opinion",   "Suggestion",   "Praise",
                                                      "Idea",      "Satisfaction", "Recommendation",
                                                      "Complaint", "Gap"};
inline constexpr std::string_view feedback_statuses[] = {"New", "Considered", "Adopted",
                                                         "Declined"};

/// What became of an article: it was suggested for a ticket, used to solve one, and voted on.
inline constexpr std::string_view article_uses[] = {"Suggested", "Used", "Helpful", "Unhelpful"};
inline constexpr Field article_version[] = {
    {"number", integer, "number of the version, from 1", required},
    {"at", instant, "when it was written", required},
    {"user", link, "who wrote it", none, {.to = "user", .reverse = "written_versions"}},
    {"title", text, "the title"},
    {"body", prose, "the text"},
};
inline constexpr Field article_use[] = {
    {"at", instant, "when it was", required},
    {"what", choice, "what became of the article", required | strict, {.words = article_uses}},
    {"ticket", link, "the ticket", none, {.to = "ticket", .reverse = "used_articles"}},
    {"by", link, "the person", none, {.to = "any", .reverse = "used_articles"}},
};
inline constexpr Is article_is[] = {
    {"published", "status:published"},
    {"due", "-status:archived review_on:..today"},
    {"unused", "status:published published_on:..-90d reused:0"},
    {"translated", "count(translations):1.."},
};

inline constexpr Field article[] = {
    {"title", text, "question or subject that the article answers", required | searched | lookup},
    {"body", prose, "text, in Markdown", searched, {.headers = "text|content"}},
    {"symptom",
     prose,
     "what a customer sees, in their words",
     searched,
     {.headers = "problem|error message"}},
    {"kind",
     choice,
     "kind of article; Reply is a text for answers to customers",
     indexed,
     {.words = article_kinds}},
    {"status",
     choice,
     "whether readers may rely on it; Published is shown to them",
     indexed,
     {.words = article_statuses, .initial = "Draft"}},
    {"visibility",
     choice,
     "who may read it: colleagues only, or customers, too",
     indexed,
     {.words = visibilities, .initial = "internal"}},
    {"language", text, "language tag: de, zh-Hant"},
    {"keywords", text, "search keywords", many | searched},
    {"product", link, "product that the article is about", indexed, {.to = "product"}},
    {"knowledge",
     choice,
     "knowledge of, about or from customers, or their environment",
     none,
     {.words = knowledge}},
    {"account", link, "customer concerned", indexed, {.to = "account"}},
    {"translation_of",
     link,
     "article of which it is a translation",
     indexed,
     {.to = "kb", .reverse = "translations"}},
    {"ticket", link, "ticket that it was made from", indexed, {.to = "ticket"}},
    {"published_on", date, "when it was published", derived},
    {"review_on", date, "when it is reviewed next", indexed},
    {"reviewed_on", date, "when it was last reviewed", derived},
    {"reviewed_by",
     link,
     "who reviewed it last",
     derived,
     {.to = "user", .reverse = "reviewed_articles"}},
    {"version",
     integer,
     "number of versions of title and text",
     derived,
     {.computed = "kb_version"}},
    {"reused",
     integer,
     "number of tickets, or of people without one, that it was used for",
     derived,
     {.computed = "kb_reused"}},
    {"helpful", integer, "votes: helpful", derived, {.computed = "kb_helpful"}},
    {"unhelpful", integer, "votes: not helpful", derived, {.computed = "kb_unhelpful"}},
    {"versions",
     rows,
     "title and text, version by version",
     many | derived,
     {.rows = article_version}},
    {"uses", rows, "what became of it", many | derived, {.rows = article_use}},
};

inline constexpr std::string_view programme_kinds[] = {
    "Co-production", "Team Learning", "Mutual Innovation", "Expert Community", "Shared Assets"};
inline constexpr std::string_view knowledge_types[] = {"explicit", "tacit", "both"};
inline constexpr std::string_view interactions[] = {"low", "high"};
inline constexpr std::string_view insight_statuses[] = {"New", "Accepted", "Acted", "Dismissed"};

inline constexpr Field any_member[] = {
    {"who", link, "record of any noun", required | unique, {.to = "any"}},
    {"role", text, "what the member does or stands for"},
};

inline constexpr std::string_view programme_statuses[] = {"Planned", "Running", "Ended"};
inline constexpr Field contribution[] = {
    {"date", date, "day of the contribution"},
    {"who", link, "who gave it", required, {.to = "any", .reverse = "contributions"}},
    {"what",
     link,
     "article, feedback or event that it is",
     required,
     {.to = "any", .reverse = "contributed_to"}},
    {"note", text, "about it"},
};

inline constexpr Field programme[] = {
    {"name", text, "name of the programme", required | searched | lookup},
    {"kind", choice, "kind of programme", indexed, {.words = programme_kinds}},
    {"focus", text, "subject that the partners work on", searched},
    {"goal", text, "what the programme shall achieve", searched},
    {"knowledge_type", choice, "kind of knowledge exchanged", none, {.words = knowledge_types}},
    {"interaction", choice, "intensity of the exchange", none, {.words = interactions}},
    {"tools", text, "what the partners work with: workshops, a wiki, pilots", searched},
    {"start", date, "first day", indexed},
    {"end", date, "last day", indexed},
    {"status",
     choice,
     "planned, running or ended",
     indexed,
     {.words = programme_statuses, .initial = "Planned"}},
    {"members", rows, "customers and colleagues who take part", many, {.rows = any_member}},
    {"contributions", rows, "what they contributed", many, {.rows = contribution}},
    {"outcome", prose, "what came of it", searched},
};

inline constexpr Field decision[] = {
    {"subject", text, "what was decided", required | searched | lookup},
    {"why", prose, "reasons for the decision", searched},
    {"metric", text, "metric of success", indexed},
    {"expected", text, "expected result"},
    {"review_on", date, "review date", indexed},
    {"result", text, "measured result", derived},
    {"status", text, "where the decision stands, in your own words", indexed},
};

inline constexpr Field insight[] = {
    {"name", text, "what was found, in one line", required | searched | lookup},
    {"kind", text, "kind of insight", indexed},
    {"value", money, "estimated value"},
    {"context", prose, "sources and context", searched},
    {"members", rows, "records concerned", many, {.rows = any_member}},
    {"action", text, "recommended action", searched},
    {"status",
     choice,
     "what was done about it so far",
     indexed,
     {.words = insight_statuses, .initial = "New"}},
    {"outcome", text, "what the action achieved", searched},
};

inline constexpr Field segment_member[] = {
    {"who",
     link,
     "record of the segment's noun",
     required | unique,
     {.to = "any", .reverse = "in_segment"}},
};

inline constexpr Field segment[] = {
    {"name", text, "name, without @", required | unique | searched | lookup},
    {"noun", text, "noun of its records", required | indexed},
    {"query", text, "conditions that a record meets to belong to it"},
    {"frozen", rows, "fixed list of members", many, {.rows = segment_member}},
    {"provenance", text, "origin of a fixed list"},
};

inline constexpr Field view[] = {
    {"name", text, "name of the view", required | unique | searched | lookup},
    {"noun", text, "noun that it lists", required | indexed},
    {"query", text, "conditions of the records that it lists"},
    {"sort", text, "sort order: -amount,name"},
    {"columns", text, "columns: id,name,account.name"},
};

inline constexpr std::string_view custom_types[] = {
    "text",    "prose", "email",    "phone",   "url",      "integer", "percent", "money",
    "boolean", "date",  "birthday", "instant", "duration", "choice",  "address", "link"};

/// A field that a user declared; store/custom.hpp makes it one of its noun's.
inline constexpr Field custom_field[] = {
    {"name", text, "field name, also in queries, CSV and JSON", required | searched | lookup},
    {"noun", text, "noun that has the field", required | indexed},
    {"type", choice, "type of its values", required, {.words = custom_types, .initial = "text"}},
    {"range", text, "for integers: 0..10, 1.., ..5"},
    {"words", text, "for choices: valid values, separated by commas"},
    {"to", text, "for links: noun, or any"},
    {"searched", boolean, "included in full text search"},
};

inline constexpr Field feedback[] = {
    {"subject", text, "what the customer says, in one line", required | searched | lookup},
    {"body", prose, "text of the feedback", searched},
    {"kind", choice, "kind of feedback", indexed, {.words = feedback_kinds}},
    {"contact", link, "who gave it", indexed, {.to = "contact"}},
    {"product", link, "product that the feedback is about", indexed, {.to = "product"}},
    {"ticket", link, "ticket that the feedback is about", indexed, {.to = "ticket"}},
    {"score",
     integer,
     "rating: 1 to 5 of a Satisfaction, else 0 to 10",
     none,
     {.least = 0, .most = 10}},
    {"campaign", link, "campaign that asked for it", indexed, {.to = "campaign"}},
    {"status",
     choice,
     "what was done about it so far",
     indexed,
     {.words = feedback_statuses, .initial = "New"}},
    {"outcome", text, "what came of it; the answer to the customer", searched},
};

inline constexpr Declaration knowledge_nouns[] = {
    {"kb",
     "articles",
     "k",
     19,
     "knowledge base articles",
     "title",
     "id,title,kind,status,visibility,product,owner",
     article,
     {.fields = "language,product"},
     "article",
     article_is},
    {"feedback",
     "feedbacks",
     "f",
     20,
     "customer feedback and ideas",
     "subject",
     "id,subject,kind,contact,product,score,status",
     feedback,
     {.fields = "contact,product,campaign,ticket", .name_describes = true}},
    {"programme",
     "programmes",
     "pg",
     26,
     "knowledge programmes with customers",
     "name",
     "id,name,kind,focus,goal,owner",
     programme,
     {.fields = "kind"},
     "kb programme"},
    {"decision",
     "decisions",
     "dc",
     29,
     "decisions and their results",
     "subject",
     "id,subject,metric,expected,review_on,status",
     decision,
     {.fields = "review_on", .name_describes = true}},
    {"insight",
     "insights",
     "i",
     30,
     "findings from customer data",
     "name",
     "id,name,kind,value,action,status",
     insight,
     {.fields = "kind", .name_describes = true}},
    {"segment",
     "segments",
     "s",
     31,
     "named queries",
     "name",
     "id,name,noun,query,provenance",
     segment,
     {},
     {},
     {},
     Role::segment},
    {"field",
     "custom-fields",
     "fd",
     33,
     "custom fields",
     "name",
     "id,noun,name,type,range,words,to,description",
     custom_field,
     {.fields = "noun"},
     {},
     {},
     Role::field},
    {"view", "views", "vw", 32, "named lists", "name", "id,name,noun,query,sort,columns", view},
};

}  // namespace crm::meta::nouns
