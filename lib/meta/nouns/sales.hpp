#pragma once

#include "meta/nouns/shared.hpp"
#include "meta/stages.hpp"

#include <algorithm>
#include <array>

/// Leads, products, deals, quotes, orders and what belongs to them.
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
    {"product", link, "product that can be chosen", required | unique, {.to = "product"}},
    {"min", integer, "minimum quantity; 0 makes it optional", not_negative},
    {"max", integer, "maximum quantity", not_negative},
    {"requires", text, "products that it requires, separated by commas"},
    {"excludes", text, "products that it excludes, separated by commas"},
};

inline constexpr Field product[] = {
    {"name",
     text,
     "product name",
     required | searched | lookup,
     {.headers = "product name|product|item"}},
    {"sku",
     text,
     "stock keeping unit (article number)",
     unique | searched | lookup,
     {.headers = "product code|item number|article number"}},
    {"category",
     text,
     "group of products, for lists and reports",
     indexed | searched,
     {.headers = "series|product family|product category"}},
    {"unit", text, "unit of quantities: piece, hour, kg"},
    {"price",
     money,
     "list price per unit",
     not_negative,
     {.headers = "sales_price|sales price|list price|unit price"}},
    {"cost", money, "our cost per unit", not_negative},
    {"stock", integer, "units in stock"},
    {"lead_time", duration, "from order to delivery: 10bd"},
    {"urls", url, "web pages", many, {.headers = "website|web page|url"}},
    {"options",
     rows,
     "options of a bundle: options+='DISK (min 1, max 4)'",
     many,
     {.rows = product_option}},
    {"active", boolean, "for sale", none, {.headers = "isactive", .initial = "yes"}},
};

inline constexpr std::string_view quote_stages[] = {"Draft",       "Negotiation", "Delivered",
                                                    "On Hold",     "Confirmed",   "Closed Accepted",
                                                    "Closed Lost", "Closed Dead"};
inline constexpr std::string_view order_statuses[] = {
    "Draft", "Confirmed", "Shipped", "Delivered", "Invoiced", "Paid", "Cancelled"};
/// Of Shopify (what was paid of an order), WooCommerce (where `processing` has been paid), Magento,
/// PrestaShop and lists in German.
inline constexpr std::string_view foreign_order_statuses =
    "pending=Confirmed|authorized=Confirmed|open=Confirmed|new=Confirmed|onhold=Confirmed|"
    "unfulfilled=Confirmed|partiallyfulfilled=Confirmed|partiallyshipped=Confirmed|"
    "awaitingfulfillment=Confirmed|awaitingshipment=Confirmed|pendingpayment=Invoiced|"
    "awaitingpayment=Invoiced|paymentpending=Invoiced|unpaid=Invoiced|due=Invoiced|"
    "overdue=Invoiced|partiallypaid=Invoiced|processing=Paid|paymentaccepted=Paid|settled=Paid|"
    "complete=Paid|completed=Paid|partiallyrefunded=Paid|fulfilled=Shipped|dispatched=Shipped|"
    "intransit=Shipped|refunded=Cancelled|voided=Cancelled|void=Cancelled|canceled=Cancelled|"
    "failed=Cancelled|expired=Cancelled|declined=Cancelled|returned=Cancelled|rejected=Cancelled|"
    "offen=Confirmed|inbearbeitung=Confirmed|versendet=Shipped|versandt=Shipped|"
    "geliefert=Delivered|inrechnunggestellt=Invoiced|berechnet=Invoiced|bezahlt=Paid|"
    "storniert=Cancelled|abgebrochen=Cancelled|erstattet=Cancelled";

inline constexpr Field lead[] = {
    {"name",
     text,
     "name of the person or company",
     required | searched | lookup | personal,
     {.headers = "full name|lead name|last name, first name|nachname, vorname|name, vorname|nom, "
                 "prénom"}},
    {"company",
     text,
     "company that the person works for, as text",
     searched,
     {.headers = "company name|organization|organisation"}},
    {"title", text, "job title", searched, {.headers = "job title|position"}},
    {"emails", email, "e-mail addresses", many | searched | lookup | personal | erased_with},
    {"email",
     email,
     "primary e-mail address",
     mirror | personal,
     {.of = "emails", .headers = "e-mail|email address|mail"}},
    {"phones", phone, "telephone numbers", many | searched | lookup | personal},
    {"phone",
     phone,
     "primary telephone number",
     mirror | personal,
     {.of = "phones", .headers = "phone number|telephone"}},
    {"source",
     choice,
     "lead source",
     indexed,
     {.words = sources, .headers = "lead source|leadsource"}},
    {"status",
     choice,
     "how far the lead is; is:open finds those to work on",
     indexed,
     {.words = lead_statuses,
      .headers = "lead status",
      .initial = "New",
      .foreign = foreign_lead_statuses}},
    {"score", integer, "lead score, by [[score]] of the configuration", derived | indexed},
    {"likelihood", percent, "chance of conversion, learnt from those that are decided",
     derived | indexed},
    {"likelihood_why", text, "what moves the likelihood most", derived},
    {"assignment", text, "why it was assigned to its owner", derived},
    {"campaign", link, "campaign that brought it", indexed, {.to = "campaign"}},
    {"partner",
     link,
     "partner that referred it",
     indexed,
     {.to = "account", .reverse = "brought_leads"}},
    {"follow_up", date, "next follow-up", indexed, {.headers = "next follow up|follow up date"}},
    {"reason", text, "why it was disqualified or postponed"},
    {"converted_at", instant, "when it was converted"},
    {"account", link, "account after conversion", indexed, {.to = "account"}},
    {"contact", link, "contact after conversion", indexed | erased_with, {.to = "contact"}},
    {"deal", link, "deal after conversion", indexed, {.to = "deal"}},
    {"territory", link, "sales territory", indexed, {.to = "territory"}},
    {"language",
     text,
     "language tag: de, zh-Hant",
     personal,
     {.headers = "preferred language|lang"}},
    {"timezone", zone, "time zone: Europe/Berlin", personal, {.headers = "time zone|tz"}},
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
};

/// The stage is text, not a choice: its name at that time stays, even if the configuration changes.
inline constexpr Field stage_visit[] = {
    {"stage", text, "name of the stage at that time", required},
    {"at", instant, "when the deal entered it"},
};

inline constexpr Field deal[] = {
    {"name",
     text,
     "name of the deal",
     required | searched | lookup,
     {.headers = "deal name|opportunity name|potential name|opportunity|opportunity_id"}},
    {"account",
     link,
     "company that may buy",
     indexed,
     {.to = "account", .headers = "account name|company|company name|associated company"}},
    {"contacts",
     rows,
     "people involved, with roles: contacts+='Ada Lovelace (Decision Maker)'",
     many,
     {.rows = contact_role}},
    {"product", link, "main product", indexed, {.to = "product", .headers = "product name"}},
    {"lines", rows, "line items: lines+='PUMP-1 (quantity 2, price 95 EUR)'", many, {.rows = line}},
    {"amount",
     money,
     "deal value",
     indexed | not_negative,
     {.headers = "deal amount|close_value|value"}},
    {"margin", money, "line items minus their cost", derived, {.computed = "lines_margin"}},
    {"pipeline", text, "sales pipeline", indexed},
    {"stage",
     choice,
     "stage of the pipeline",
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
    {"likelihood", percent, "chance of winning, learnt from those that are decided",
     derived | indexed},
    {"likelihood_why", text, "what moves the likelihood most", derived},
    {"close_date",
     date,
     "expected or actual close date",
     indexed,
     {.headers = "close date|closedate|closing date|expected close date"}},
    {"next_step", text, "what to do next to win the deal", searched, {.headers = "next step"}},
    {"follow_up", date, "next follow-up", indexed},
    {"type",
     choice,
     "new or existing business",
     none,
     {.words = deal_types, .headers = "deal type"}},
    {"forecast_category",
     choice,
     "how it counts in the forecast; Omitted leaves it out",
     none,
     {.words = forecast_categories, .headers = "forecast category"}},
    {"campaign", link, "campaign that brought it", indexed, {.to = "campaign"}},
    {"partner",
     link,
     "partner that referred it",
     indexed,
     {.to = "account", .reverse = "brought_deals"}},
    {"team", rows, "sales team, with roles: team+='ada (Engineer)'", many, {.rows = user_role}},
    {"competitors", text, "companies that offer the same", many | searched},
    {"lost_reason",
     choice,
     "why it was lost",
     indexed,
     {.words = lost_reasons, .headers = "lost reason|closed lost reason"}},
    {"source",
     choice,
     "where the deal came from",
     none,
     {.words = sources, .headers = "lead source"}},
    {"territory", link, "sales territory", indexed, {.to = "territory"}},
    {"ticket", link, "ticket that led to it", indexed, {.to = "ticket"}},
    {"stages", rows, "stage history", many | derived, {.rows = stage_visit}},
    {"stage_since",
     instant,
     "when it entered its stage",
     derived,
     {.computed = "deal_stage_since"}},
    {"won_at", instant, "when it was won"},
    {"lost_at", instant, "when it was lost"},
};

inline constexpr Field pricebook_entry[] = {
    {"product", link, "product that the price is for", required, {.to = "product"}},
    {"min_quantity", integer, "minimum quantity for this price", not_negative},
    {"price", money, "price per unit", not_negative},
};

inline constexpr Field pricebook[] = {
    {"name", text, "name of the price book", required | searched | lookup},
    {"currency", text, "currency of its prices (ISO 4217)"},
    {"valid_from", date, "first day", indexed},
    {"valid_to", date, "last day", indexed},
    {"segment", link, "customers that it is for", indexed, {.to = "segment"}},
    {"entries",
     rows,
     "prices: entries+='PUMP-1 (min_quantity 10, price 90 EUR)'",
     many,
     {.rows = pricebook_entry}},
};

inline constexpr Field quote[] = {
    {"name", text, "what is offered", required | searched | lookup},
    {"deal", link, "deal that the quote is part of", indexed, {.to = "deal"}},
    {"account", link, "company that gets the quote", indexed, {.to = "account"}},
    {"contact", link, "contact person", indexed, {.to = "contact"}},
    {"pricebook", link, "price book that it uses", indexed, {.to = "pricebook"}},
    {"valid_until", date, "last day of validity", indexed},
    {"stage", choice, "stage of the quote", indexed, {.words = quote_stages, .initial = "Draft"}},
    {"currency", text, "currency of its prices (ISO 4217)"},
    {"lines", rows, "line items: lines+='PUMP-1 (quantity 2, price 95 EUR)'", many, {.rows = line}},
    {"subtotal", money, "total without tax", derived, {.computed = "lines_net"}},
    {"tax_total", money, "sum of the tax of all line items", derived, {.computed = "lines_tax"}},
    {"total", money, "total with tax", derived, {.computed = "lines_total"}},
    {"margin", money, "line items minus their cost", derived, {.computed = "lines_margin"}},
};

inline constexpr Field payment[] = {
    {"date", date, "date of payment", required},
    {"amount", money, "how much was paid: 150 EUR", required},
    {"reference", text, "bank reference"},
};

inline constexpr Field shipment[] = {
    {"date", date, "date of shipment", required},
    {"carrier", text, "company that delivers it"},
    {"tracking", text, "tracking number"},
};

inline constexpr Field order[] = {
    {"name",
     text,
     "order name or number",
     required | searched | lookup,
     {.headers = "order number|order"}},
    {"account",
     link,
     "company that orders",
     indexed,
     {.to = "account", .headers = "company|customer"}},
    {"contact", link, "contact person", indexed, {.to = "contact"}},
    {"quote", link, "quote that it came from", indexed, {.to = "quote"}},
    {"status",
     choice,
     "how far the order is, from Draft to Paid",
     indexed,
     {.words = order_statuses,
      .headers = "order status|financial status|payment status|zahlungsstatus|bestellstatus",
      .initial = "Draft",
      .foreign = foreign_order_statuses}},
    {"order_date",
     date,
     "day on which the customer ordered",
     indexed,
     {.headers = "date|ordered at|order date"}},
    {"due_on", date, "payment due date", indexed, {.headers = "due date"}},
    {"currency", text, "currency of its prices (ISO 4217)"},
    {"lines", rows, "line items: lines+='PUMP-1 (quantity 2, price 95 EUR)'", many, {.rows = line}},
    {"total", money, "order total", indexed, {.headers = "amount|order total"}},
    {"payments",
     rows,
     "payments received: payments+='2026-11-12 (amount 150 EUR, reference TRX-1)'",
     many,
     {.rows = payment}},
    {"shipments",
     rows,
     "shipments sent: shipments+='2026-11-12 (carrier DHL, tracking 123)'",
     many,
     {.rows = shipment}},
    {"balance", money, "amount still to be paid", derived, {.computed = "order_balance"}},
    {"margin", money, "line items minus their cost", derived, {.computed = "lines_margin"}},
};

inline constexpr Field need[] = {
    {"account", link, "company that will need it", indexed, {.to = "account"}},
    {"contact", link, "who mentioned it", indexed, {.to = "contact"}},
    {"product", link, "product needed", indexed, {.to = "product"}},
    {"quantity", integer, "number of units", not_negative},
    {"by", date, "needed by", indexed},
    {"confidence", percent, "how likely it is"},
    {"source", choice, "source of the information", none, {.words = sources}},
    {"status", text, "where the need stands, in your own words", indexed},
};

inline constexpr std::string_view target_metrics[] = {"calls",  "leads",   "meetings",
                                                      "orders", "revenue", "won"};

inline constexpr Field target[] = {
    {"metric",
     choice,
     "what is counted; revenue in whole units of the database's currency",
     required | searched | indexed,
     {.words = target_metrics}},
    {"period", text, "period: 2026, 2026-Q4, 2026-11 or 2026-W41", indexed},
    {"value", integer, "target value"},
};

inline constexpr Field rate[] = {
    {"pair", text, "currency pair: USD/EUR is the price of 1 USD in EUR",
     required | lookup | indexed},
    {"rate", text, "exchange rate: 0.9", required},
    {"date", date, "valid from this day", required | indexed},
};

inline constexpr Is order_is[] = {
    {"open", "-status:(Paid,Cancelled)"},
    {"overdue", "-status:(Paid,Cancelled) due_on:..yesterday"},
};

inline constexpr Is quote_is[] = {
    {"open", "-stage:(ClosedAccepted,ClosedLost,ClosedDead)"},
    {"expired", "-stage:(ClosedAccepted,ClosedLost,ClosedDead) valid_until:..yesterday"},
};

inline constexpr Field covered_asset[] = {
    {"asset", link, "asset that the contract covers", required | unique, {.to = "asset"}},
};

inline constexpr Field contract[] = {
    {"name", text, "name of the contract", required | searched | lookup},
    {"type", choice, "type of contract", indexed, {.words = contract_types}},
    {"account", link, "customer or partner", indexed, {.to = "account"}},
    {"start", date, "first day"},
    {"end", date, "last day", indexed},
    {"sla",
     link,
     "service level of its tickets",
     indexed,
     {.to = "sla", .headers = "plan|service level|service plan"}},
    {"assets",
     rows,
     "assets that it covers; all of the account's if empty",
     many,
     {.rows = covered_asset}},
    {"value", money, "contract value"},
    {"status",
     choice,
     "whether it is signed, and whether it still runs",
     indexed,
     {.words = contract_statuses, .initial = "Not Started"}},
    {"renewal_reminder", duration, "reminder before the end: 3mo"},
    {"visits_every", duration, "time between planned visits to its assets: 6mo"},
    {"quote", link, "quote it was drafted from", indexed, {.to = "quote"}},
    {"text", prose, "contract text", searched},
};

inline constexpr Field territory[] = {
    {"name", text, "name of the territory", required | searched | lookup},
    {"parent", link, "parent territory", indexed, {.to = "territory", .reverse = "parts"}},
    {"rule", text, "query for its accounts"},
    {"manager", link, "responsible user", indexed, {.to = "user"}},
    {"members", rows, "users who work in it", many, {.rows = user_role}},
};

inline constexpr Field expense[] = {
    {"name", text, "what was paid for", required | searched | lookup},
    {"date", date, "day on which the money was spent", indexed},
    {"amount", money, "how much was spent: 120, 99.50USD"},
    {"category", text, "kind of expense, for reports: Travel, Marketing", indexed},
    {"about", link, "record that it was for", indexed, {.to = "any"}},
    {"status", text, "where the approval stands, in your own words"},
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
    {"lead",
     "leads",
     "l",
     6,
     "potential customers, not yet qualified",
     "name",
     "id,name,company,status,source,email,phone,follow_up,owner",
     lead,
     {.fields = "company"},
     "",
     lead_is},
    {"product",
     "products",
     "p",
     7,
     "products and services",
     "name",
     "id,name,sku,category,price,stock,active",
     product,
     {},
     {},
     {},
     Role::product},
    {"deal",
     "deals",
     "d",
     8,
     "sales opportunities",
     "name",
     "id,name,account,stage,amount,close_date,owner",
     deal,
     {.name_describes = true},
     "",
     deal_is},
    {"contract",
     "contracts",
     "ct",
     9,
     "sales, service and partner contracts",
     "name",
     "id,name,account,type,status,start,end,value",
     contract,
     {.fields = "start", .name_describes = true}},
    {"territory",
     "territories",
     "ty",
     10,
     "sales territories",
     "name",
     "id,name,parent,manager,rule",
     territory,
     {.fields = "parent"}},
    {"quote",
     "quotes",
     "q",
     21,
     "quotes for customers",
     "name",
     "id,name,account,stage,valid_until,deal,owner",
     quote,
     {.fields = "deal", .name_describes = true},
     "",
     quote_is},
    {"order",
     "orders",
     "o",
     22,
     "customer orders",
     "name",
     "id,name,account,status,order_date,total,due_on",
     order,
     {.fields = "order_date", .name_describes = true},
     "",
     order_is},
    {"pricebook",
     "pricebooks",
     "pb",
     23,
     "price lists for customers and periods",
     "name",
     "id,name,currency,valid_from,valid_to,segment",
     pricebook,
     {.fields = "currency,valid_from"}},
    {"need", "needs", "nd", 27, "future needs of customers", "",
     "id,account,product,quantity,by,confidence,status", need},
    {"target",
     "targets",
     "tg",
     28,
     "sales targets",
     "metric",
     "id,metric,period,owner,value",
     target,
     {.fields = "period,owner"}},
    {"rate",
     "rates",
     "rt",
     34,
     "exchange rates",
     "pair",
     "id,pair,rate,date",
     rate,
     {.fields = "date"}},
    {"expense",
     "expenses",
     "x",
     11,
     "expenses",
     "name",
     "id,name,date,amount,category,about",
     expense,
     {.fields = "date,about", .name_describes = true}},
};

}  // namespace crm::meta::nouns
