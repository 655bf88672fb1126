#pragma once

#include "meta/nouns/shared.hpp"

/// Companies and people.
namespace crm::meta::nouns {

inline constexpr std::string_view account_types[] = {"Prospect", "Customer", "Partner",
                                                     "Reseller", "Supplier", "Competitor",
                                                     "Investor", "Press",    "Other"};
inline constexpr std::string_view channels[] = {"Email", "Phone", "Mobile",
                                                "Mail",  "Fax",   "In Person"};

/// The last call or meeting that took place, mail or note. Unary plus keeps the engine from looking
/// for all that was held.
inline constexpr std::string_view contact_last_touch =
    R"((SELECT max("at") FROM (SELECT NULL AS "at")"
    R"([ UNION ALL SELECT max("start") FROM "call" WHERE "about_noun" = 2 AND "about" = $."id" AND +"status" = 'Held' AND +"deleted_at" IS NULL])"
    R"([ UNION ALL SELECT max("start") FROM "meeting" WHERE "about_noun" = 2 AND "about" = $."id" AND +"status" = 'Held' AND +"deleted_at" IS NULL])"
    R"([ UNION ALL SELECT max(m."start") FROM "meeting_attendees" p JOIN "meeting" m ON m."id" = p."record" WHERE p."who_noun" = 2 AND p."who" = $."id" AND +m."status" = 'Held' AND +m."deleted_at" IS NULL])"
    R"([ UNION ALL SELECT max("sent_at") FROM "mail" WHERE "about_noun" = 2 AND "about" = $."id" AND +"deleted_at" IS NULL])"
    R"([ UNION ALL SELECT max("created_at") FROM "note" WHERE "about_noun" = 2 AND "about" = $."id" AND +"deleted_at" IS NULL])))";
/// The same of a company, its deals and its people.
inline constexpr std::string_view account_last_touch =
    R"((SELECT max("at") FROM (SELECT NULL AS "at")"
    R"([ UNION ALL SELECT max("start") FROM "call" WHERE "about_noun" = 1 AND "about" = $."id" AND +"status" = 'Held' AND +"deleted_at" IS NULL])"
    R"([ UNION ALL SELECT max("start") FROM "meeting" WHERE "about_noun" = 1 AND "about" = $."id" AND +"status" = 'Held' AND +"deleted_at" IS NULL])"
    R"([ UNION ALL SELECT max("sent_at") FROM "mail" WHERE "about_noun" = 1 AND "about" = $."id" AND +"deleted_at" IS NULL])"
    R"([ UNION ALL SELECT max("created_at") FROM "note" WHERE "about_noun" = 1 AND "about" = $."id" AND +"deleted_at" IS NULL])"
    R"([ UNION ALL SELECT max(c."start") FROM "deal" d JOIN "call" c ON c."about_noun" = 8 AND c."about" = d."id" WHERE d."account" = $."id" AND +c."status" = 'Held' AND +c."deleted_at" IS NULL])"
    R"([ UNION ALL SELECT max(c."start") FROM "deal" d JOIN "meeting" c ON c."about_noun" = 8 AND c."about" = d."id" WHERE d."account" = $."id" AND +c."status" = 'Held' AND +c."deleted_at" IS NULL])"
    R"([ UNION ALL SELECT max(c."created_at") FROM "deal" d JOIN "note" c ON c."about_noun" = 8 AND c."about" = d."id" WHERE d."account" = $."id" AND +c."deleted_at" IS NULL])"
    R"([ UNION ALL SELECT max({c:contact.last_touch}) FROM "contact_accounts" p JOIN "contact" c ON c."id" = p."record" WHERE p."account" = $."id" AND c."deleted_at" IS NULL])))";
/// What is added up for an account's profit: orders that stand and their lines, and expenses about
/// it.
inline constexpr std::string_view account_profit =
    R"((SELECT CASE WHEN count(DISTINCT "currency") = 1 THEN sum("value") END FROM (SELECT NULL AS "value", NULL AS "currency")"
    R"([ UNION ALL SELECT {o:order.margin}, (SELECT min(r."price_currency") FROM "order_lines" r WHERE r."record" = o."id") FROM "order" o WHERE o."account" = $."id" AND o."deleted_at" IS NULL AND o."status" NOT IN ('Draft', 'Cancelled')])"
    R"([ UNION ALL SELECT -"amount", "amount_currency" FROM "expense" WHERE "about_noun" = 1 AND "about" = $."id" AND +"deleted_at" IS NULL])))";
inline constexpr std::string_view account_profit_currency =
    R"((SELECT min("currency") FROM (SELECT NULL AS "currency")"
    R"([ UNION ALL SELECT r."price_currency" FROM "order" o JOIN "order_lines" r ON r."record" = o."id" WHERE o."account" = $."id" AND o."deleted_at" IS NULL AND o."status" NOT IN ('Draft', 'Cancelled')])"
    R"([ UNION ALL SELECT "amount_currency" FROM "expense" WHERE "about_noun" = 1 AND "about" = $."id" AND +"deleted_at" IS NULL])))";

inline constexpr Field account[] = {
    {"name",
     text,
     "company name",
     required | searched | lookup,
     {.headers = "account name|company|company name|organization|organization "
                 "name|organisation|company/organization|firm|firma|unternehmen"}},
    {"domains",
     text,
     "internet domains",
     many | lookup,
     {.headers = "domain|company domain name|company domain"}},
    {"phones", phone, "telephone numbers", many | searched | lookup, {.headers = "phone numbers"}},
    {"phone",
     phone,
     "primary telephone number",
     mirror,
     {.of = "phones", .headers = "phone number|telephone|main phone|company main phone"}},
    {"emails", email, "e-mail addresses", many | searched | lookup},
    {"email",
     email,
     "primary e-mail address",
     mirror,
     {.of = "emails", .headers = "e-mail|email address|mail"}},
    {"urls",
     url,
     "web pages",
     many,
     {.headers = "website|web site|web page|url|homepage|company website"}},
    {"type",
     choice,
     "relationship to us",
     indexed,
     {.words = account_types, .headers = "account type|company type"}},
    {"tier", text, "customer tier", none, {.headers = "rating|level"}},
    {"industry", text, "industry", searched, {.headers = "sector"}},
    {"employees",
     integer,
     "number of employees",
     not_negative,
     {.headers = "number of employees|numberofemployees|company size"}},
    {"revenue", money, "annual revenue", none, {.headers = "annual revenue|annualrevenue"}},
    {"billing_address",
     address,
     "billing address",
     searched,
     {.headers = "address|business address"}},
    {"shipping_address", address, "shipping address", searched},
    {"parent",
     link,
     "parent company",
     indexed,
     {.to = "account",
      .headers = "parent account|parent company|parentid|subsidiary of|subsidiary_of",
      .reverse = "subsidiaries"}},
    {"source",
     choice,
     "where the account came from",
     none,
     {.words = sources, .headers = "lead source|account source"}},
    {"territory", link, "sales territory", indexed, {.to = "territory"}},
    {"strategy", prose, "business strategy", searched},
    {"strengths", prose, "strengths", searched},
    {"bottlenecks", prose, "bottlenecks", searched},
    {"capacity", text, "production or buying capacity"},
    {"last_touch",
     instant,
     "last contact with the company or its people",
     derived,
     {.computed = account_last_touch}},
    {"profit",
     money,
     "margin of its orders minus expenses",
     derived,
     {.computed = account_profit, .currency = account_profit_currency}},
};

inline constexpr Field contact_account[] = {
    {"account", link, "company", required | unique, {.to = "account"}},
    {"role", text, "role in the company"},
    {"since", date, "first day"},
    {"until", date, "last day"},
};

inline constexpr Field contact_relation[] = {
    {"contact", link, "the other person", required | unique, {.to = "contact"}},
    {"role", text, "role of the other person"},
    {"since", date, "first day"},
    {"until", date, "last day"},
};

inline constexpr Field contact[] = {
    {"name",
     text,
     "full name, as the person writes it",
     required | searched | lookup | personal,
     {.headers = "full name|display name|formatted name|contact name|contact|person"}},
    {"given_name",
     text,
     "first name",
     searched | personal,
     {.headers = "first name|firstname|given name|forename|prénom|vorname"}},
    {"middle_name",
     text,
     "middle names",
     personal,
     {.headers = "middle name|additional name|middlename"}},
    {"family_name",
     text,
     "last name",
     searched | personal,
     {.headers = "last name|lastname|surname|family name|nachname|nom de famille"}},
    {"prefix",
     text,
     "before the name: Dr., Ms.",
     personal,
     {.headers = "name prefix|salutation|honorific prefix"}},
    {"suffix",
     text,
     "after the name: Jr., MD",
     personal,
     {.headers = "name suffix|generation|honorific suffix"}},
    {"nickname", text, "nickname", searched | personal, {.headers = "short name|alias"}},
    {"emails", email, "e-mail addresses", many | unique | searched | lookup | personal},
    {"email",
     email,
     "primary e-mail address",
     mirror | personal,
     {.of = "emails",
      .headers = "e-mail|email address|e-mail address|mail|primary email|courriel"}},
    {"phones", phone, "telephone numbers", many | searched | lookup | personal},
    {"phone",
     phone,
     "primary telephone number",
     mirror | personal,
     {.of = "phones", .headers = "phone number|telephone|primary phone|téléphone|telefon"}},
    {"urls",
     url,
     "web pages and profiles",
     many | personal,
     {.headers = "website|web page|url|homepage|linkedin|profile"}},
    {"accounts", rows, "companies, current and past", many, {.rows = contact_account}},
    {"account",
     link,
     "primary company",
     mirror | indexed,
     {.to = "account",
      .of = "accounts",
      .headers = "account name|company|company name|organization|organization "
                 "name|organisation|related company|firma|unternehmen"}},
    {"title",
     text,
     "job title",
     searched,
     {.headers = "job title|position|jobtitle|organization title|role"}},
    {"department", text, "department", searched, {.headers = "organization department|division"}},
    {"reports_to",
     link,
     "manager",
     indexed,
     {.to = "contact", .headers = "reports to|manager|manager's name", .reverse = "reports"}},
    {"relations", rows, "related people", many, {.rows = contact_relation}},
    {"address", address, "postal address", searched | personal},
    {"birthday",
     birthday,
     "birthday, year optional: --03-07",
     personal,
     {.headers = "birth date|date of birth|birthdate|bday|date de naissance|geburtstag"}},
    {"language",
     text,
     "language tag: de, zh-Hant",
     personal,
     {.headers = "preferred language|lang"}},
    {"timezone", text, "time zone: Europe/Berlin", personal, {.headers = "time zone|tz"}},
    {"preferred_channel", choice, "preferred channel", none, {.words = channels}},
    {"preferred_time", text, "best time to reach them"},
    {"interests",
     text,
     "interests",
     many | searched | personal,
     {.headers = "interest|hobby|hobbies"}},
    {"do_not_call",
     boolean,
     "may not be called",
     none,
     {.headers = "donotcall|do not call|phone opt out"}},
    {"do_not_mail",
     boolean,
     "opted out of e-mail",
     none,
     {.headers = "hasoptedoutofemail|email opt out|opted out|unsubscribed"}},
    {"source",
     choice,
     "where the contact came from",
     none,
     {.words = sources, .headers = "lead source|leadsource|original source"}},
    {"campaign", link, "campaign that brought them", indexed, {.to = "campaign"}},
    {"last_touch",
     instant,
     "last call, meeting, mail or note",
     derived,
     {.computed = contact_last_touch}},
};

inline constexpr Field user[] = {
    {"name",
     text,
     "full name",
     required | searched | lookup | personal,
     {.headers = "full name|sales agent"}},
    {"email",
     email,
     "e-mail address",
     unique | searched | lookup | personal,
     {.headers = "e-mail|email address"}},
    {"login", text, "login name", unique | lookup, {.headers = "username|user name|alias"}},
    {"role", text, "job", searched, {.headers = "title|position"}},
    {"team", text, "team", searched | indexed, {.headers = "department|sales team"}},
    {"manager", link, "manager", indexed, {.to = "user", .reverse = "reports"}},
    {"timezone", text, "time zone: Europe/Berlin"},
    {"active", boolean, "works here", none, {.headers = "isactive", .initial = "yes"}},
};

inline constexpr Field note[] = {
    {"body", prose, "text", required | searched, {.headers = "text|content"}},
    {"about", link, "record that it is about", indexed, {.to = "any"}},
};

inline constexpr Field attachment[] = {
    {"name", text, "file name", required | searched | lookup},
    {"about", link, "record that it belongs to", indexed, {.to = "any"}},
    {"role", text, "photo, logo, sound, key or empty"},
    {"media_type", text, "media type: image/jpeg"},
    {"size", integer, "size in bytes"},
    {"hash", text, "SHA-256 of the content", required | indexed},
};

inline constexpr Is user_is[] = {
    {"active", "active:yes"},
    {"inactive", "active:no"},
};

inline constexpr Declaration people_nouns[] = {
    {"account", "accounts", "a", 1, "companies and other organisations", "name",
     "id,name,type,industry,phone,domains,billing_address.city,owner", account, "company"},
    {"contact", "contacts", "c", 2, "people", "name", "id,name,account,title,email,phone,tags",
     contact},
    {"user", "users", "u", 3, "colleagues who use crm", "name",
     "id,name,login,email,team,role,active", user, "", user_is},
    {"note", "notes", "n", 4, "notes", "body", "id,body,about,owner,created_at", note},
    {"attachment", "attachments", "at", 5, "files attached to records", "name",
     "id,name,media_type,size,about", attachment},
};

}  // namespace crm::meta::nouns
