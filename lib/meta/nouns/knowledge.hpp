#pragma once

#include "meta/nouns/shared.hpp"

/// What we know and hear.
namespace crm::meta::nouns {

inline constexpr std::string_view article_kinds[] = {
    "Solution", "Procedure", "FAQ",      "Playbook",   "Tip",
    "Product",  "Pricing",   "Material", "Competitor", "Customer Insight"};
inline constexpr std::string_view article_statuses[] = {"Draft", "In Review", "Published",
                                                        "Archived"};
inline constexpr std::string_view visibilities[] = {"internal", "customers"};
inline constexpr std::string_view knowledge[] = {"of", "about", "environment", "from"};
inline constexpr std::string_view feedback_kinds[] = {"Opinion", "Suggestion", "Praise", "Idea"};
inline constexpr std::string_view feedback_statuses[] = {"New", "Considered", "Adopted",
                                                         "Declined"};

/// The first text, and each change of it that was not taken back.
inline constexpr std::string_view article_version =
    R"((SELECT 1 + count(*) FROM "change" c JOIN "operation" o ON o."id" = c."operation" WHERE c."noun" = 19 AND c."record" = $."id" AND c."field" = 'body' AND o."undoes" IS NULL)"
    R"( AND NOT EXISTS (SELECT 1 FROM "operation" u WHERE u."undoes" = o."id" AND NOT EXISTS (SELECT 1 FROM "operation" v WHERE v."undoes" = u."id"))))";

inline constexpr Field article[] = {
    {"title", text, "what it answers", required | searched | lookup},
    {"body", prose, "the text, in Markdown", searched, {.headers = "text|content"}},
    {"kind", choice, "its kind", indexed, {.words = article_kinds}},
    {"status", choice, "where it stands", indexed, {.words = article_statuses, .initial = "Draft"}},
    {"visibility", choice, "for whom", indexed, {.words = visibilities, .initial = "internal"}},
    {"language", text, "language tag: de, zh-Hant"},
    {"keywords", text, "words it is to be found by", many | searched},
    {"product", link, "what it is about", indexed, {.to = "product"}},
    {"knowledge",
     choice,
     "of, about or from customers, or their environment",
     none,
     {.words = knowledge}},
    {"account", link, "the customer it is about", indexed, {.to = "account"}},
    {"version", integer, "how many texts it has had", derived, {.computed = article_version}},
    {"review_on", date, "when to look at it again", indexed},
    {"helpful", integer, "how many said that it helped", derived},
    {"unhelpful", integer, "how many said that it did not", derived},
    {"reused", integer, "how often an answer was made of it", derived},
};

inline constexpr std::string_view programme_kinds[] = {
    "Co-production", "Team Learning", "Mutual Innovation", "Expert Community", "Shared Assets"};
inline constexpr std::string_view knowledge_types[] = {"explicit", "tacit", "both"};
inline constexpr std::string_view interactions[] = {"low", "high"};
inline constexpr std::string_view insight_statuses[] = {"New", "Accepted", "Acted", "Dismissed"};

inline constexpr Field any_member[] = {
    {"who", link, "a record of any noun", required | unique, {.to = "any"}},
    {"role", text, "what it is there for"},
};

inline constexpr Field programme[] = {
    {"name", text, "what the programme is called", required | searched | lookup},
    {"kind", choice, "how we learn with customers", indexed, {.words = programme_kinds}},
    {"focus", text, "what it looks at", searched},
    {"goal", text, "what it is to reach", searched},
    {"knowledge_type", choice, "what is exchanged", none, {.words = knowledge_types}},
    {"interaction", choice, "how closely", none, {.words = interactions}},
    {"members", rows, "who takes part", many, {.rows = any_member}},
    {"outcome", prose, "what came of it", searched},
};

inline constexpr Field decision[] = {
    {"subject", text, "what was decided", required | searched | lookup},
    {"why", prose, "for which reason", searched},
    {"metric", text, "what shows whether it was right", indexed},
    {"expected", text, "what is thought to come of it"},
    {"review_on", date, "when to look at it again", indexed},
    {"result", text, "what the metric said then", derived},
    {"status", text, "where it stands", indexed},
};

inline constexpr Field insight[] = {
    {"name", text, "what was found", required | searched | lookup},
    {"kind", text, "its kind", indexed},
    {"value", money, "what it is worth"},
    {"context", prose, "where it comes from", searched},
    {"members", rows, "whom it is about", many, {.rows = any_member}},
    {"action", text, "what to do", searched},
    {"status", choice, "where it stands", indexed, {.words = insight_statuses, .initial = "New"}},
    {"outcome", text, "what came of it", searched},
};

inline constexpr Field segment_member[] = {
    {"who",
     link,
     "a record of the segment's noun",
     required | unique,
     {.to = "any", .reverse = "in_segment"}},
};

inline constexpr Field segment[] = {
    {"name", text, "what it is called, without @", required | unique | searched | lookup},
    {"noun", text, "what it is made of", indexed},
    {"query", text, "which of them"},
    {"frozen", rows, "a list that was fixed", many, {.rows = segment_member}},
    {"provenance", text, "what a fixed list came from, and when"},
};

inline constexpr Field view[] = {
    {"name", text, "what it is called", required | unique | searched | lookup},
    {"noun", text, "what it lists", indexed},
    {"query", text, "which of them"},
    {"sort", text, "in which order: -amount,name"},
    {"columns", text, "what is shown: id,name,account.name"},
};

inline constexpr std::string_view custom_types[] = {
    "text",    "prose", "email",    "phone",   "url",      "integer", "percent", "money",
    "boolean", "date",  "birthday", "instant", "duration", "choice",  "address", "link"};

/// A field that a user declared; store/custom.hpp makes it one of its noun's.
inline constexpr Field custom_field[] = {
    {"name", text, "what it is called: the query word, the CSV header, the JSON key",
     required | searched | lookup},
    {"noun", text, "of which noun it is a field", required | indexed},
    {"type", choice, "what it holds", required, {.words = custom_types, .initial = "text"}},
    {"range", text, "integer: from which number to which: 0..10, 1.., ..5"},
    {"words", text, "choice: its words, separated by commas"},
    {"to", text, "link: to which noun; any"},
    {"searched", boolean, "whether full text finds what is in it"},
};

inline constexpr Field feedback[] = {
    {"subject", text, "what it is about", required | searched | lookup},
    {"body", prose, "what they said", searched},
    {"kind", choice, "its kind", indexed, {.words = feedback_kinds}},
    {"contact", link, "who said it", indexed, {.to = "contact"}},
    {"product", link, "about what", indexed, {.to = "product"}},
    {"score", integer, "in points"},
    {"campaign", link, "what asked for it", indexed, {.to = "campaign"}},
    {"status",
     choice,
     "what became of it",
     indexed,
     {.words = feedback_statuses, .initial = "New"}},
    {"outcome", text, "what came of it", searched},
};

inline constexpr Declaration knowledge_nouns[] = {
    {"article", "articles", "k", 19, "the knowledge base", "title",
     "id,title,kind,status,visibility,product,owner", article, "kb"},
    {"feedback", "feedbacks", "f", 20, "opinions, suggestions and ideas", "subject",
     "id,subject,kind,contact,product,score,status", feedback},
    {"programme", "programmes", "pg", 26, "learning with customers", "name",
     "id,name,kind,focus,goal,owner", programme},
    {"decision", "decisions", "dc", 29, "what was decided and why", "subject",
     "id,subject,metric,expected,review_on,status", decision},
    {"insight", "insights", "i", 30, "what was found out", "name",
     "id,name,kind,value,action,status", insight},
    {"segment", "segments", "s", 31, "queries with a name", "name", "id,name,noun,query,provenance",
     segment},
    {"field", "custom-fields", "fd", 33, "fields of your own", "name",
     "id,noun,name,type,range,words,to,description", custom_field},
    {"view", "views", "vw", 32, "lists with a name", "name", "id,name,noun,query,sort,columns",
     view},
};

}  // namespace crm::meta::nouns
