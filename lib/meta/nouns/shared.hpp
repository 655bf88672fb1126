#pragma once

#include "meta/entity.hpp"

/// Sets of words and child rows that nouns of several files share, and the fields and `is:` words of every noun.
namespace crm::meta::nouns {

using enum Type;

inline constexpr std::string_view sources[] = {"Call",        "Email",      "Existing Customer", "Partner", "Public Relations", "Web Site", "Campaign",
                                        "Trade Show",  "Word of Mouth", "Import",         "Other"};
inline constexpr std::string_view priorities[] = {"Normal", "Low", "High", "Urgent"};

/// Of quotes and orders: what is sold, how much of it and for what.
inline constexpr Field line[] = {
    {"product", link, "what is sold", required, {.to = "product"}},
    {"quantity", integer, "how many units", not_negative},
    {"price", money, "of one unit", not_negative},
    {"discount", percent, "taken off the price"},
    {"tax", percent, "put on what is left"},
    {"cost", money, "what one unit costs us", not_negative},
};

inline constexpr Field user_role[] = {
    {"user", link, "the colleague", required | unique, {.to = "user"}},
    {"role", text, "what they do in it"},
};

inline constexpr Field contact_role[] = {
    {"contact", link, "who takes part", required | unique, {.to = "contact"}},
    {"role", text, "Decision Maker, Evaluator, Influencer, Other"},
};

inline constexpr Field common[] = {
    {"refs", text, "numbers in other systems, system:number", many | unique | lookup, {.headers = "external id|external ids|reference|references"}},
    {"tags", text, "free labels, +tag and -tag", many | searched | lookup, {.headers = "categories|labels|groups|group membership|keywords"}},
    {"owner", link, "who looks after it", indexed, {.to = "user", .headers = "record owner|contact owner|account owner|deal owner|lead owner|ticket owner|ownerid|assigned to|sales agent|sales rep|salesperson"}},
    {"created_at", instant, "when it was entered", none, {.headers = "created|create date|createddate|created date|date created|creation date|created on"}},
    {"updated_at", instant, "when it last changed", derived},
    {"description", prose, "whatever else is to be known", searched, {.headers = "notes|note|comments|comment|about|bio"}},
};

inline constexpr Is common_is[] = {
    {"mine", "owner:me"},
    {"unassigned", "owner:none"},
    {"untagged", "tags:none"},
};

}  // namespace crm::meta::nouns
