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
    {"product", link, "product", required, {.to = "product"}},
    {"quantity", integer, "quantity, 1 if empty", not_negative, {.scale = 3}},
    {"price", money, "price per unit", not_negative},
    {"discount", percent, "discount in per cent", none, {.scale = 2}},
    {"tax", percent, "tax in per cent", none, {.scale = 2}},
    {"cost", money, "our cost per unit", not_negative},
    {"net",
     money,
     "net amount, without tax",
     derived,
     {.computed =
          R"(CAST(round(coalesce($."quantity", 1000) * $."price" * (10000 - coalesce($."discount", 0)) / 10000000.0) AS INTEGER))",
      .currency = R"($."price_currency")"}},
};
/// What the lines of a record come to; nothing where they are of several currencies.
inline constexpr std::string_view lines_net =
    R"((SELECT CASE WHEN count(DISTINCT r."price_currency") = 1 THEN sum({r:@.lines.net}) END FROM "@_lines" r WHERE r."record" = $."id"))";
inline constexpr std::string_view lines_tax =
    R"((SELECT CASE WHEN count(DISTINCT r."price_currency") = 1 THEN sum(CAST(round({r:@.lines.net} * coalesce(r."tax", 0) / 10000.0) AS INTEGER)) END FROM "@_lines" r WHERE r."record" = $."id"))";
inline constexpr std::string_view lines_margin =
    R"((SELECT CASE WHEN count(DISTINCT r."price_currency") = 1 AND count(CASE WHEN r."cost_currency" <> r."price_currency" THEN 1 END) = 0 AND count(r."cost") = count(*) THEN sum({r:@.lines.net} - CAST(round(coalesce(r."quantity", 1000) * coalesce(r."cost", 0) / 1000.0) AS INTEGER)) END)"
    R"( FROM "@_lines" r WHERE r."record" = $."id"))";
inline constexpr std::string_view lines_currency =
    R"((SELECT min(r."price_currency") FROM "@_lines" r WHERE r."record" = $."id"))";

inline constexpr Field user_role[] = {
    {"user", link, "user", required | unique, {.to = "user"}},
    {"role", text, "role"},
};

inline constexpr Field contact_role[] = {
    {"contact", link, "contact", required | unique, {.to = "contact"}},
    {"role", text, "Decision Maker, Evaluator, Influencer, Other"},
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
      .headers = "record owner|contact owner|account owner|deal owner|lead owner|ticket "
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
     "description",
     searched,
     {.headers = "notes|note|comments|comment|about|bio"}},
};

inline constexpr Is common_is[] = {
    {"mine", "owner:me"},
    {"unassigned", "owner:none"},
    {"untagged", "tags:none"},
};

}  // namespace crm::meta::nouns
