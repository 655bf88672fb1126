#pragma once

#include "meta/entity.hpp"

/// Sets of words and child rows that nouns of several files share, and the fields and `is:` words
/// of every noun.
namespace crm::meta::nouns {

using enum Type;

inline constexpr std::string_view sources[] = {
    "Call",     "Email",    "Existing Customer", "Partner",       "Public Relations",
    "Web Site", "Campaign", "Trade Show",        "Word of Mouth", "Import",
    "Other"};
inline constexpr std::string_view priorities[] = {"Normal", "Low", "High", "Urgent"};

/// Of deals, quotes and orders: what is sold, how much of it and for what.
inline constexpr Field line[] = {
    {"product", link, "product that is sold", required, {.to = "product"}},
    {"quantity", integer, "quantity, 1 if empty", not_negative, {.scale = 3}},
    {"price", money, "price per unit", not_negative},
    {"discount", percent, "discount in per cent", none, {.scale = 2}},
    {"tax", percent, "tax in per cent", none, {.scale = 2}},
    {"cost", money, "our cost per unit", not_negative},
    {"net", money, "net amount, without tax", derived, {.computed = "line_net"}},
};
inline constexpr Field user_role[] = {
    {"user", link, "colleague who works on it", required | unique, {.to = "user"}},
    {"role", text, "what the colleague does there, in your own words"},
};

inline constexpr std::string_view contact_roles[] = {"Decision Maker", "Evaluator", "Influencer",
                                                     "Other"};
inline constexpr Field contact_role[] = {
    {"contact", link, "person who is involved", required | unique, {.to = "contact"}},
    {"role", choice, "role in the decision to buy", none, {.words = contact_roles}},
};

inline constexpr Field common[] = {
    {"extra", extra, "properties of other programs", many | personal},
    {"refs",
     text,
     "ids in other systems, system:number",
     many | unique | lookup,
     {.headers = "external id|external ids|reference|references"}},
    {"tags",
     text,
     "tags, set with +tag and -tag",
     many | searched | lookup,
     {.headers = "categories|labels|groups|group membership|keywords"}},
    {"owner",
     link,
     "responsible user",
     indexed,
     {.to = "user",
      .headers = "record owner|contact owner|account owner|deal owner|potential "
                 "owner|opportunity owner|lead owner|ticket "
                 "owner|ownerid|assigned to|sales agent|sales rep|salesperson"}},
    {"created_at",
     instant,
     "when it was added",
     none,
     {.headers = "created|create date|createddate|created date|date created|creation date|created "
                 "on|engage date|opened on|open date"}},
    {"updated_at", instant, "when it was last changed", derived},
    {"description",
     prose,
     "anything else worth knowing, also several lines",
     searched,
     {.headers = "notes|note|comments|comment|about|bio"}},
};

inline constexpr Is common_is[] = {
    {"mine", "owner:me"},
    {"unassigned", "owner:none"},
    {"untagged", "tags:none"},
};

}  // namespace crm::meta::nouns
