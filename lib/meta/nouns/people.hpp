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
     "the company's name",
     required | searched | lookup,
     {.headers = "account name|company|company name|organization|organization "
                 "name|organisation|company/organization|firm|firma|unternehmen"}},
    {"domains",
     text,
     "its internet domains",
     many | lookup,
     {.headers = "domain|company domain name|company domain"}},
    {"phones", phone, "telephone numbers", many | searched | lookup, {.headers = "phone numbers"}},
    {"phone",
     phone,
     "the first of phones",
     mirror,
     {.of = "phones", .headers = "phone number|telephone|main phone|company main phone"}},
    {"emails", email, "e-mail addresses", many | searched | lookup},
    {"email",
     email,
     "the first of emails",
     mirror,
     {.of = "emails", .headers = "e-mail|email address|mail"}},
    {"urls",
     url,
     "web pages",
     many,
     {.headers = "website|web site|web page|url|homepage|company website"}},
    {"type",
     choice,
     "what it is to us",
     indexed,
     {.words = account_types, .headers = "account type|company type"}},
    {"tier", text, "its rank among customers", none, {.headers = "rating|level"}},
    {"industry", text, "its line of business", searched, {.headers = "sector"}},
    {"employees",
     integer,
     "how many work there",
     not_negative,
     {.headers = "number of employees|numberofemployees|company size"}},
    {"revenue", money, "its yearly sales", none, {.headers = "annual revenue|annualrevenue"}},
    {"billing_address",
     address,
     "where invoices go",
     searched,
     {.headers = "address|business address"}},
    {"shipping_address", address, "where goods go", searched},
    {"parent",
     link,
     "the company it belongs to",
     indexed,
     {.to = "account",
      .headers = "parent account|parent company|parentid|subsidiary of|subsidiary_of",
      .reverse = "subsidiaries"}},
    {"source",
     choice,
     "how it came to us",
     none,
     {.words = sources, .headers = "lead source|account source"}},
    {"territory", link, "where it belongs", indexed, {.to = "territory"}},
    {"strategy", prose, "what it wants to reach", searched},
    {"strengths", prose, "what it does well", searched},
    {"bottlenecks", prose, "what holds it back", searched},
    {"capacity", text, "what it can make or take"},
    {"last_touch",
     instant,
     "when anybody last spoke or wrote with it or its people",
     derived,
     {.computed = account_last_touch}},
    {"profit",
     money,
     "what its orders left, less what was spent on it",
     derived,
     {.computed = account_profit, .currency = account_profit_currency}},
};

inline constexpr Field contact_account[] = {
    {"account", link, "the company", required | unique, {.to = "account"}},
    {"role", text, "what the person is there"},
    {"since", date, "from"},
    {"until", date, "to"},
};

inline constexpr Field contact_relation[] = {
    {"contact", link, "the other person", required | unique, {.to = "contact"}},
    {"role", text, "what the other is to this one"},
    {"since", date, "from"},
    {"until", date, "to"},
};

inline constexpr Field contact[] = {
    {"name",
     text,
     "the whole name, in its owner's order",
     required | searched | lookup | personal,
     {.headers = "full name|display name|formatted name|contact name|contact|person"}},
    {"given_name",
     text,
     "first name",
     searched | personal,
     {.headers = "first name|firstname|given name|forename|prénom|vorname"}},
    {"middle_name",
     text,
     "further names",
     personal,
     {.headers = "middle name|additional name|middlename"}},
    {"family_name",
     text,
     "last name",
     searched | personal,
     {.headers = "last name|lastname|surname|family name|nachname|nom de famille"}},
    {"prefix", text, "Dr., Ms.", personal, {.headers = "name prefix|salutation|honorific prefix"}},
    {"suffix", text, "Jr., MD", personal, {.headers = "name suffix|generation|honorific suffix"}},
    {"nickname", text, "what friends say", searched | personal, {.headers = "short name|alias"}},
    {"emails", email, "e-mail addresses", many | unique | searched | lookup | personal},
    {"email",
     email,
     "the first of emails",
     mirror | personal,
     {.of = "emails",
      .headers = "e-mail|email address|e-mail address|mail|primary email|courriel"}},
    {"phones", phone, "telephone numbers", many | searched | lookup | personal},
    {"phone",
     phone,
     "the first of phones",
     mirror | personal,
     {.of = "phones", .headers = "phone number|telephone|primary phone|téléphone|telefon"}},
    {"urls",
     url,
     "web pages and profiles",
     many | personal,
     {.headers = "website|web page|url|homepage|linkedin|profile"}},
    {"accounts", rows, "the companies, present and past", many, {.rows = contact_account}},
    {"account",
     link,
     "the first of accounts",
     mirror | indexed,
     {.to = "account",
      .of = "accounts",
      .headers = "account name|company|company name|organization|organization "
                 "name|organisation|related company|firma|unternehmen"}},
    {"title",
     text,
     "the position",
     searched,
     {.headers = "job title|position|jobtitle|organization title|role"}},
    {"department",
     text,
     "the part of the company",
     searched,
     {.headers = "organization department|division"}},
    {"reports_to",
     link,
     "whom they report to",
     indexed,
     {.to = "contact", .headers = "reports to|manager|manager's name", .reverse = "reports"}},
    {"relations", rows, "people they belong with", many, {.rows = contact_relation}},
    {"address", address, "where they live or work", searched | personal},
    {"birthday",
     birthday,
     "also without a year: --03-07",
     personal,
     {.headers = "birth date|date of birth|birthdate|bday|date de naissance|geburtstag"}},
    {"language",
     text,
     "language tag: de, zh-Hant",
     personal,
     {.headers = "preferred language|lang"}},
    {"timezone", text, "IANA name: Europe/Berlin", personal, {.headers = "time zone|tz"}},
    {"preferred_channel", choice, "how they like to be reached", none, {.words = channels}},
    {"preferred_time", text, "when they like to be reached"},
    {"interests",
     text,
     "what they care about",
     many | searched | personal,
     {.headers = "interest|hobby|hobbies"}},
    {"do_not_call",
     boolean,
     "never by telephone",
     none,
     {.headers = "donotcall|do not call|phone opt out"}},
    {"do_not_mail",
     boolean,
     "never by mail",
     none,
     {.headers = "hasoptedoutofemail|email opt out|opted out|unsubscribed"}},
    {"source",
     choice,
     "how they came to us",
     none,
     {.words = sources, .headers = "lead source|leadsource|original source"}},
    {"campaign", link, "what brought them", indexed, {.to = "campaign"}},
    {"last_touch",
     instant,
     "when anybody last spoke or wrote with them",
     derived,
     {.computed = contact_last_touch}},
};

inline constexpr Field user[] = {
    {"name",
     text,
     "the colleague's name",
     required | searched | lookup | personal,
     {.headers = "full name|sales agent"}},
    {"email",
     email,
     "their e-mail address",
     unique | searched | lookup | personal,
     {.headers = "e-mail|email address"}},
    {"login",
     text,
     "the name at the prompt",
     unique | lookup,
     {.headers = "username|user name|alias"}},
    {"role", text, "what they do", searched, {.headers = "title|position"}},
    {"team",
     text,
     "the team they work in",
     searched | indexed,
     {.headers = "department|sales team"}},
    {"manager", link, "whom they report to", indexed, {.to = "user", .reverse = "reports"}},
    {"timezone", text, "IANA name: Europe/Berlin"},
    {"active", boolean, "works here", none, {.headers = "isactive", .initial = "yes"}},
};

inline constexpr Field note[] = {
    {"body", prose, "the text", required | searched, {.headers = "text|content"}},
    {"about", link, "what it is about", indexed, {.to = "any"}},
};

inline constexpr Field attachment[] = {
    {"name", text, "the file's name", required | searched | lookup},
    {"about", link, "what it belongs to", indexed, {.to = "any"}},
    {"role", text, "photo, logo, sound, key or nothing"},
    {"media_type", text, "image/jpeg and the like"},
    {"size", integer, "in bytes"},
    {"hash", text, "SHA-256 of the bytes, by which they are kept", required | indexed},
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
    {"user", "users", "u", 3, "colleagues who use the store", "name",
     "id,name,login,email,team,role,active", user, "", user_is},
    {"note", "notes", "n", 4, "notes about anything", "body", "id,body,about,owner,created_at",
     note},
    {"attachment", "attachments", "at", 5, "files that belong to records", "name",
     "id,name,media_type,size,about", attachment},
};

}  // namespace crm::meta::nouns
