#pragma once

#include "meta/nouns/shared.hpp"
#include "meta/stages.hpp"

#include <algorithm>
#include <array>

/// What is sold, to whom and by whom.
namespace crm::meta::nouns {

inline constexpr std::string_view lead_statuses[] = {"New",       "Assigned", "In Process",
                                                     "Converted", "Recycled", "Dead"};
/// Stages of HubSpot, Salesforce, Pipedrive, Zoho and of a data set of Maven Analytics.
inline constexpr std::string_view foreign_stages =
    "won=Closed Won|lost=Closed Lost|closed=Closed Won|closedlosttocompetition=Closed "
    "Lost|engaging=Qualification|lead=Prospecting|leadin=Prospecting|"
    "contacted=Prospecting|contactmade=Prospecting|new=Prospecting|qualified=Qualification|"
    "qualifiedtobuy=Qualification|discovery=Prospecting|discoverycall=Prospecting|"
    "appointmentscheduled=Qualification|demoscheduled=Qualification|needsanalysis=Qualification|"
    "valueproposition=Qualification|id.decisionmakers=Qualification|"
    "identifydecisionmakers=Qualification|perceptionanalysis=Qualification|needsdefined="
    "Qualification|presentationscheduled=Proposal|proposalsent=Proposal|proposalmade=Proposal|"
    "proposal/"
    "pricequote=Proposal|quotesent=Proposal|decisionmakerboughtin=Proposal|contractsent="
    "Negotiation|negotiation/review=Negotiation|negotiationsstarted=Negotiation";
inline constexpr std::string_view foreign_lead_statuses =
    "open=New|opennotcontacted=New|notcontacted=New|contacted=In Process|working=In "
    "Process|workingcontacted=In Process|inprogress=In Process|attemptedtocontact=In "
    "Process|connected=In Process|"
    "qualified=In "
    "Process|opendeal=Converted|closedconverted=Converted|unqualified=Dead|disqualified=Dead|"
    "closednotconverted=Dead|junklead=Dead|lostlead=Dead|badtiming=Recycled|contactinfuture="
    "Recycled";

inline constexpr std::string_view deal_types[] = {"New Business", "Existing Business"};
inline constexpr std::string_view forecast_categories[] = {"Pipeline", "Best Case", "Commit",
                                                           "Closed", "Omitted"};
inline constexpr std::string_view lost_reasons[] = {
    "Price",        "Competition", "Budget", "Missing Features", "Timing", "No Decision",
    "Unresponsive", "Poor Fit",    "Other"};
inline constexpr std::string_view contract_types[] = {"Service", "Sales", "Partner"};
inline constexpr std::string_view contract_statuses[] = {"Not Started", "In Progress", "Signed",
                                                         "Expired", "Cancelled"};

inline constexpr Field product_option[] = {
    {"product", link, "what can be chosen", required | unique, {.to = "product"}},
    {"min", integer, "at least so many; 0 may be left out", not_negative},
    {"max", integer, "at most so many", not_negative},
    {"requires", text, "products without which it does not work, separated by commas"},
    {"excludes", text, "products with which it does not work, separated by commas"},
};

inline constexpr Field product[] = {
    {"name",
     text,
     "what is sold",
     required | searched | lookup,
     {.headers = "product name|product|item"}},
    {"sku",
     text,
     "its article number",
     unique | searched | lookup,
     {.headers = "product code|item number|article number"}},
    {"category",
     text,
     "its kind",
     indexed | searched,
     {.headers = "series|product family|product category"}},
    {"unit", text, "what a quantity counts: piece, hour, kg"},
    {"price",
     money,
     "list price of a unit",
     not_negative,
     {.headers = "sales_price|sales price|list price|unit price"}},
    {"cost", money, "what a unit costs us", not_negative},
    {"stock", integer, "units at hand"},
    {"lead_time", duration, "from order to delivery: 10bd"},
    {"urls", url, "web pages", many, {.headers = "website|web page|url"}},
    {"options",
     rows,
     "of a bundle: what it can be made of",
     many,
     {.rows = product_option, .since = 5}},
    {"active", boolean, "is sold", none, {.headers = "isactive", .initial = "yes"}},
};

inline constexpr std::string_view quote_stages[] = {"Draft",       "Negotiation", "Delivered",
                                                    "On Hold",     "Confirmed",   "Closed Accepted",
                                                    "Closed Lost", "Closed Dead"};
inline constexpr std::string_view order_statuses[] = {
    "Draft", "Confirmed", "Shipped", "Delivered", "Invoiced", "Paid", "Cancelled"};

inline constexpr Field lead[] = {
    {"name",
     text,
     "the person, or whom to ask for",
     required | searched | lookup | personal,
     {.headers = "full name|lead name"}},
    {"company",
     text,
     "where they work",
     searched,
     {.headers = "company name|organization|organisation"}},
    {"title", text, "the position", searched, {.headers = "job title|position"}},
    {"emails", email, "e-mail addresses", many | searched | lookup | personal},
    {"email",
     email,
     "the first of emails",
     mirror | personal,
     {.of = "emails", .headers = "e-mail|email address|mail"}},
    {"phones", phone, "telephone numbers", many | searched | lookup | personal},
    {"phone",
     phone,
     "the first of phones",
     mirror | personal,
     {.of = "phones", .headers = "phone number|telephone"}},
    {"source",
     choice,
     "how they came to us",
     indexed,
     {.words = sources, .headers = "lead source|leadsource"}},
    {"status",
     choice,
     "where it stands",
     indexed,
     {.words = lead_statuses,
      .headers = "lead status",
      .initial = "New",
      .foreign = foreign_lead_statuses}},
    {"score", integer, "how promising it is, by the rules of scoring", derived | indexed},
    {"assignment", text, "why it went to its owner", derived, {.since = 5}},
    {"campaign", link, "what brought them", indexed, {.to = "campaign"}},
    {"partner",
     link,
     "the company that brought them",
     indexed,
     {.to = "account", .reverse = "brought_leads"}},
    {"follow_up", date, "when to ask again", indexed, {.headers = "next follow up|follow up date"}},
    {"reason", text, "why it was given up"},
    {"converted_at", instant, "when it became a customer"},
    {"account", link, "the company it became", indexed, {.to = "account"}},
    {"contact", link, "the person it became", indexed, {.to = "contact"}},
    {"deal", link, "the deal it became", indexed, {.to = "deal"}},
    {"territory", link, "where it belongs", indexed, {.to = "territory"}},
};

/// Since when the last row of its stages is.
inline constexpr std::string_view deal_stage_since =
    R"(coalesce((SELECT r."at" FROM "@_stages" r WHERE r."record" = $."id" ORDER BY r."position" DESC LIMIT 1), $."created_at"))";

/// The name is no choice: what a stage was once called stays, whatever the configuration says
/// later.
inline constexpr Field deal_stay[] = {
    {"stage", text, "where it came to", required},
    {"at", instant, "when"},
};

inline constexpr Field deal[] = {
    {"name",
     text,
     "what is being sold",
     required | searched | lookup,
     {.headers = "deal name|opportunity name|opportunity|opportunity_id"}},
    {"account",
     link,
     "the customer",
     indexed,
     {.to = "account", .headers = "account name|company|company name|associated company"}},
    {"contacts", rows, "who takes part, with a role", many, {.rows = contact_role}},
    {"product",
     link,
     "what it is mostly about",
     indexed,
     {.to = "product", .headers = "product name"}},
    {"lines", rows, "what it is made of", many, {.rows = line}},
    {"amount",
     money,
     "its value",
     indexed | not_negative,
     {.headers = "deal amount|close_value|value"}},
    {"margin",
     money,
     "what its lines leave when their cost is taken off",
     derived,
     {.computed = lines_margin, .currency = lines_currency}},
    {"pipeline", text, "the sales process", indexed},
    {"stage",
     choice,
     "where it stands",
     required | indexed,
     {.words = default_stages,
      .headers = "deal stage|deal_stage|stage name|sales stage",
      .initial = "Prospecting",
      .foreign = foreign_stages}},
    {"probability",
     percent,
     "chance of winning",
     none,
     {.headers = "deal probability|probability (%)"}},
    {"close_date",
     date,
     "when it is or was decided",
     indexed,
     {.headers = "close date|closedate|expected close date"}},
    {"next_step", text, "what comes next", searched, {.headers = "next step"}},
    {"follow_up", date, "when to ask again", indexed},
    {"type",
     choice,
     "new business or more of it",
     none,
     {.words = deal_types, .headers = "deal type"}},
    {"forecast_category",
     choice,
     "how sure it is",
     none,
     {.words = forecast_categories, .headers = "forecast category"}},
    {"campaign", link, "what brought it", indexed, {.to = "campaign"}},
    {"partner",
     link,
     "the company that brought it",
     indexed,
     {.to = "account", .reverse = "brought_deals"}},
    {"team", rows, "colleagues who work on it", many, {.rows = user_role}},
    {"competitors", text, "who else offers", many | searched},
    {"lost_reason",
     choice,
     "why it was lost",
     indexed,
     {.words = lost_reasons, .headers = "lost reason|closed lost reason"}},
    {"source", choice, "how it came to us", none, {.words = sources, .headers = "lead source"}},
    {"territory", link, "where it belongs", indexed, {.to = "territory"}},
    {"stages",
     rows,
     "every stage that it came to, and when",
     many | derived,
     {.rows = deal_stay, .since = 6}},
    {"stage_since",
     instant,
     "since when it has stood in its stage",
     derived,
     {.computed = deal_stage_since}},
    {"won_at", instant, "when it was won"},
    {"lost_at", instant, "when it was lost"},
};

inline constexpr Field pricebook_entry[] = {
    {"product", link, "what is sold", required, {.to = "product"}},
    {"min_quantity", integer, "from how many units on", not_negative},
    {"price", money, "of one unit", not_negative},
};

inline constexpr Field pricebook[] = {
    {"name", text, "what the price book is called", required | searched | lookup},
    {"currency", text, "ISO 4217 code of its prices"},
    {"valid_from", date, "from", indexed},
    {"valid_to", date, "to", indexed},
    {"segment", link, "the customers it is for", indexed, {.to = "segment"}},
    {"entries", rows, "its prices", many, {.rows = pricebook_entry}},
};

inline constexpr Field quote[] = {
    {"name", text, "what is offered", required | searched | lookup},
    {"deal", link, "the deal it belongs to", indexed, {.to = "deal"}},
    {"account", link, "the customer", indexed, {.to = "account"}},
    {"contact", link, "who asked for it", indexed, {.to = "contact"}},
    {"pricebook", link, "where its prices come from", indexed, {.to = "pricebook"}},
    {"valid_until", date, "how long it holds", indexed},
    {"stage", choice, "where it stands", indexed, {.words = quote_stages, .initial = "Draft"}},
    {"currency", text, "ISO 4217 code of its prices"},
    {"lines", rows, "what is offered", many, {.rows = line}},
    {"subtotal",
     money,
     "what the lines come to",
     derived,
     {.computed = lines_net, .currency = lines_currency}},
    {"tax_total",
     money,
     "the tax on them",
     derived,
     {.computed = lines_tax, .currency = lines_currency}},
    {"total",
     money,
     "both together",
     derived,
     {.computed = R"(({$:@.subtotal} + {$:@.tax_total}))", .currency = lines_currency}},
    {"margin",
     money,
     "what is left when the lines' cost is taken off",
     derived,
     {.computed = lines_margin, .currency = lines_currency}},
};

inline constexpr Field payment[] = {
    {"date", date, "when it came", required},
    {"amount", money, "how much"},
    {"reference", text, "what the bank calls it"},
};

inline constexpr Field shipment[] = {
    {"date", date, "when it left", required},
    {"carrier", text, "who carries it"},
    {"tracking", text, "the carrier's number"},
};

inline constexpr std::string_view order_currency =
    R"(coalesce($."total_currency", (SELECT min(r."price_currency") FROM "@_lines" r WHERE r."record" = $."id")))";
inline constexpr std::string_view order_balance =
    R"((SELECT CASE WHEN count(CASE WHEN p."amount_currency" <> coalesce($."total_currency", (SELECT min(r."price_currency") FROM "@_lines" r WHERE r."record" = $."id")) THEN 1 END) = 0)"
    R"( THEN coalesce($."total", (SELECT CASE WHEN count(DISTINCT r."price_currency") = 1 THEN sum({r:@.lines.net} + CAST(round({r:@.lines.net} * coalesce(r."tax", 0) / 10000.0) AS INTEGER)) END)"
    R"( FROM "@_lines" r WHERE r."record" = $."id")) - coalesce(sum(p."amount"), 0) END FROM "@_payments" p WHERE p."record" = $."id"))";

inline constexpr Field order[] = {
    {"name",
     text,
     "what was ordered",
     required | searched | lookup,
     {.headers = "order number|order"}},
    {"account", link, "the customer", indexed, {.to = "account", .headers = "company|customer"}},
    {"contact", link, "who ordered", indexed, {.to = "contact"}},
    {"quote", link, "the quote it came from", indexed, {.to = "quote"}},
    {"status",
     choice,
     "where it stands",
     indexed,
     {.words = order_statuses, .headers = "order status|financial status", .initial = "Draft"}},
    {"order_date", date, "when it was ordered", indexed, {.headers = "date|ordered at|order date"}},
    {"due_on", date, "when it is to be paid", indexed, {.headers = "due date"}},
    {"currency", text, "ISO 4217 code of its prices"},
    {"lines", rows, "what was ordered", many, {.rows = line}},
    {"total", money, "what it comes to", indexed, {.headers = "amount|order total"}},
    {"payments", rows, "what was paid", many, {.rows = payment}},
    {"shipments", rows, "what was sent", many, {.rows = shipment}},
    {"balance",
     money,
     "what is still to be paid: the total, or what the lines come to with tax, less the payments",
     derived,
     {.computed = order_balance, .currency = order_currency}},
    {"margin",
     money,
     "what is left when the lines' cost is taken off",
     derived,
     {.computed = lines_margin, .currency = lines_currency}},
};

inline constexpr Field need[] = {
    {"account", link, "the customer", indexed, {.to = "account"}},
    {"contact", link, "who told of it", indexed, {.to = "contact"}},
    {"product", link, "what they need", indexed, {.to = "product"}},
    {"quantity", integer, "how many units", not_negative},
    {"by", date, "until when", indexed},
    {"confidence", percent, "how sure it is"},
    {"source", choice, "how we know", none, {.words = sources}},
    {"status", text, "where it stands", indexed},
};

inline constexpr Field target[] = {
    {"metric", text, "what is measured: won, revenue, calls", required | searched | indexed},
    {"period", text, "when: 2026-Q4", indexed},
    {"value", integer, "the figure to reach"},
};

inline constexpr Field rate[] = {
    {"pair", text, "the currencies: USD/EUR says how many EUR one USD is",
     required | lookup | indexed},
    {"rate", text, "the number: 0.9", required},
    {"date", date, "the day from which on it holds", required | indexed},
};

inline constexpr Is order_is[] = {
    {"open", "-status:(Paid,Cancelled)"},
    {"overdue", "-status:(Paid,Cancelled) due_on:..yesterday"},
};

inline constexpr Is quote_is[] = {
    {"open", "-stage:(ClosedAccepted,ClosedLost,ClosedDead)"},
    {"expired", "-stage:(ClosedAccepted,ClosedLost,ClosedDead) valid_until:..yesterday"},
};

inline constexpr Field contract[] = {
    {"name", text, "what is agreed", required | searched | lookup},
    {"type", choice, "its kind", indexed, {.words = contract_types}},
    {"account", link, "with whom", indexed, {.to = "account"}},
    {"start", date, "from"},
    {"end", date, "to", indexed},
    {"plan", text, "the service level", searched},
    {"value", money, "what it is worth"},
    {"status",
     choice,
     "where it stands",
     indexed,
     {.words = contract_statuses, .initial = "Not Started"}},
    {"renewal_reminder", duration, "how long before the end to ask: 3mo"},
    {"quote", link, "the quote it was drafted from", indexed, {.to = "quote", .since = 5}},
    {"text", prose, "its wording", searched, {.since = 5}},
};

inline constexpr Field territory[] = {
    {"name", text, "what the territory is called", required | searched | lookup},
    {"parent",
     link,
     "the territory it is a part of",
     indexed,
     {.to = "territory", .reverse = "parts"}},
    {"rule", text, "the accounts in it, as a query"},
    {"manager", link, "who answers for it", indexed, {.to = "user"}},
    {"members", rows, "who works in it", many, {.rows = user_role}},
};

inline constexpr Field expense[] = {
    {"name", text, "what was paid for", required | searched | lookup},
    {"date", date, "when", indexed},
    {"amount", money, "how much"},
    {"category", text, "its kind", indexed},
    {"about", link, "what it was for", indexed, {.to = "any"}},
    {"status", text, "where it stands"},
};

inline constexpr Is lead_is[] = {
    {"open", "status:(New,Assigned,InProcess)"},
    {"due", "-status:(Converted,Dead) follow_up:..today"},
};

inline constexpr Is deal_is[] = {
    {"open", "-stage:(ClosedWon,ClosedLost)"},
    {"won", "stage:ClosedWon"},
    {"lost", "stage:ClosedLost"},
    {"overdue", "-stage:(ClosedWon,ClosedLost) close_date:..yesterday"},
    {"due", "-stage:(ClosedWon,ClosedLost) follow_up:..today"},
};

inline constexpr Declaration sales_nouns[] = {
    {"lead", "leads", "l", 6, "people and companies not yet qualified", "name",
     "id,name,company,status,source,email,phone,follow_up,owner", lead, "", lead_is},
    {"product", "products", "p", 7, "what is sold", "name",
     "id,name,sku,category,price,stock,active", product},
    {"deal", "deals", "d", 8, "sales in progress, won and lost", "name",
     "id,name,account,stage,amount,close_date,owner", deal, "", deal_is},
    {"contract", "contracts", "ct", 9, "agreements with customers and partners", "name",
     "id,name,account,type,status,start,end,value", contract},
    {"territory", "territories", "ty", 10, "who sells where", "name", "id,name,parent,manager,rule",
     territory},
    {"quote", "quotes", "q", 21, "offers with prices", "name",
     "id,name,account,stage,valid_until,deal,owner", quote, "", quote_is},
    {"order", "orders", "o", 22, "what customers have bought", "name",
     "id,name,account,status,order_date,total,due_on", order, "", order_is},
    {"pricebook", "pricebooks", "pb", 23, "prices for some customers or some time", "name",
     "id,name,currency,valid_from,valid_to,segment", pricebook},
    {"need", "needs", "nd", 27, "what customers will need", "",
     "id,account,product,quantity,by,confidence,status", need},
    {"target", "targets", "tg", 28, "figures to reach", "metric", "id,metric,period,owner,value",
     target},
    {"rate", "rates", "rt", 34, "what one currency is in another, from a day on", "pair",
     "id,pair,rate,date", rate},
    {"expense", "expenses", "x", 11, "what was spent", "name", "id,name,date,amount,category,about",
     expense},
};

}  // namespace crm::meta::nouns
