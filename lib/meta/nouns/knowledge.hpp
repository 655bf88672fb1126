#pragma once

#include "meta/nouns/shared.hpp"

/// What we know and hear.
namespace crm::meta::nouns {

inline constexpr std::string_view article_kinds[] = {"Solution", "Procedure", "FAQ", "Playbook", "Tip", "Product", "Pricing", "Material", "Competitor", "Customer Insight"};
inline constexpr std::string_view article_statuses[] = {"Draft", "In Review", "Published", "Archived"};
inline constexpr std::string_view visibilities[] = {"internal", "customers"};
inline constexpr std::string_view knowledge[] = {"of", "about", "environment", "from"};
inline constexpr std::string_view feedback_kinds[] = {"Opinion", "Suggestion", "Praise", "Idea"};
inline constexpr std::string_view feedback_statuses[] = {"New", "Considered", "Adopted", "Declined"};

inline constexpr Field article[] = {
    {"title", text, "what it answers", required | searched | lookup},
    {"body", prose, "the text, in Markdown", searched, {.headers = "text|content"}},
    {"kind", choice, "its kind", indexed, {.words = article_kinds}},
    {"status", choice, "where it stands", indexed, {.words = article_statuses, .initial = "Draft"}},
    {"visibility", choice, "for whom", indexed, {.words = visibilities, .initial = "internal"}},
    {"language", text, "language tag: de, zh-Hant"},
    {"keywords", text, "words it is to be found by", many | searched},
    {"product", link, "what it is about", indexed, {.to = "product"}},
    {"knowledge", choice, "of, about or from customers, or their environment", none, {.words = knowledge}},
    {"account", link, "the customer it is about", indexed, {.to = "account"}},
    {"review_on", date, "when to look at it again", indexed},
};

inline constexpr Field feedback[] = {
    {"subject", text, "what it is about", required | searched | lookup},
    {"body", prose, "what they said", searched},
    {"kind", choice, "its kind", indexed, {.words = feedback_kinds}},
    {"contact", link, "who said it", indexed, {.to = "contact"}},
    {"product", link, "about what", indexed, {.to = "product"}},
    {"score", integer, "in points"},
    {"campaign", link, "what asked for it", indexed, {.to = "campaign"}},
    {"status", choice, "what became of it", indexed, {.words = feedback_statuses, .initial = "New"}},
    {"outcome", text, "what came of it", searched},
};

inline constexpr Declaration knowledge_nouns[] = {
    {"article", "articles", "k", 19, "the knowledge base", "title", "id,title,kind,status,visibility,product,owner", article, "kb"},
    {"feedback", "feedbacks", "f", 20, "opinions, suggestions and ideas", "subject", "id,subject,kind,contact,product,score,status", feedback},
};

}  // namespace crm::meta::nouns
