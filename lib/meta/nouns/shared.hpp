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
    {"product", link, "what is sold", required, {.to = "product"}},
    {"quantity", integer, "how many units, 1 where nothing is said", not_negative, {.scale = 3}},
    {"price", money, "of one unit", not_negative},
    {"discount", percent, "taken off the price", none, {.scale = 2}},
    {"tax", percent, "put on what is left", none, {.scale = 2}},
    {"cost", money, "what one unit costs us", not_negative},
    {"net",
     money,
     "what the line comes to without tax",
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
    {"user", link, "the colleague", required | unique, {.to = "user"}},
    {"role", text, "what they do in it"},
};

inline constexpr Field contact_role[] = {
    {"contact", link, "who takes part", required | unique, {.to = "contact"}},
    {"role", text, "Decision Maker, Evaluator, Influencer, Other"},
};

inline constexpr Field common[] = {
    {"extra", extra, "what other programs know about it", many | personal},
    {"refs",
     text,
     "numbers in other systems, system:number",
     many | unique | lookup,
     {.headers = "external id|external ids|reference|references"}},
    {"tags",
     text,
     "free labels, +tag and -tag",
     many | searched | lookup,
     {.headers = "categories|labels|groups|group membership|keywords"}},
    {"owner",
     link,
     "who looks after it",
     indexed,
     {.to = "user",
      .headers = "record owner|contact owner|account owner|deal owner|lead owner|ticket "
                 "owner|ownerid|assigned to|sales agent|sales rep|salesperson"}},
    {"created_at",
     instant,
     "when it was entered",
     none,
     {.headers = "created|create date|createddate|created date|date created|creation date|created "
                 "on|engage date|opened on|open date"}},
    {"updated_at", instant, "when it last changed", derived},
    {"description",
     prose,
     "whatever else is to be known",
     searched,
     {.headers = "notes|note|comments|comment|about|bio"}},
};

inline constexpr Is common_is[] = {
    {"mine", "owner:me"},
    {"unassigned", "owner:none"},
    {"untagged", "tags:none"},
};

}  // namespace crm::meta::nouns
