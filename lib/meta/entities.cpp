#include <algorithm>
#include <array>

#include "meta/entity.hpp"

/// The declarations. A field is one line; a noun is one table and one line in `all`.
namespace crm::meta {
namespace {

using enum Type;

constexpr std::string_view sources[] = {"Call",        "Email",      "Existing Customer", "Partner", "Public Relations", "Web Site", "Campaign",
                                        "Trade Show",  "Word of Mouth", "Import",         "Other"};
constexpr std::string_view account_types[] = {"Prospect",   "Customer", "Partner", "Reseller", "Supplier", "Competitor", "Investor", "Press", "Other"};
constexpr std::string_view channels[] = {"Email", "Phone", "Mobile", "Mail", "Fax", "In Person"};

constexpr Field common[] = {
    {"refs", text, "numbers in other systems, system:number", many | unique | lookup, {.headers = "external id|external ids|reference|references"}},
    {"tags", text, "free labels, +tag and -tag", many | searched | lookup, {.headers = "categories|labels|groups|group membership|keywords"}},
    {"owner", link, "who looks after it", indexed, {.to = "user", .headers = "record owner|contact owner|account owner|ownerid|assigned to"}},
    {"created_at", instant, "when it was entered", none, {.headers = "created|create date|createddate|created date|date created|creation date|created on"}},
    {"updated_at", instant, "when it last changed", derived},
    {"description", prose, "whatever else is to be known", searched, {.headers = "notes|note|comments|comment|about|bio"}},
};

constexpr Field account[] = {
    {"name", text, "the company's name", required | searched | lookup,
     {.headers = "account name|company|company name|organization|organization name|organisation|company/organization|firm|firma|unternehmen"}},
    {"domains", text, "its internet domains", many | lookup, {.headers = "domain|company domain name|company domain"}},
    {"phones", phone, "telephone numbers", many | searched | lookup, {.headers = "phone numbers"}},
    {"phone", phone, "the first of phones", mirror, {.of = "phones", .headers = "phone number|telephone|main phone|company main phone"}},
    {"emails", email, "e-mail addresses", many | searched | lookup},
    {"email", email, "the first of emails", mirror, {.of = "emails", .headers = "e-mail|email address|mail"}},
    {"urls", url, "web pages", many, {.headers = "website|web site|web page|url|homepage|company website"}},
    {"type", choice, "what it is to us", indexed, {.words = account_types, .headers = "account type|company type"}},
    {"tier", text, "its rank among customers", none, {.headers = "rating|level"}},
    {"industry", text, "its line of business", searched, {.headers = "sector"}},
    {"employees", integer, "how many work there", none, {.headers = "number of employees|numberofemployees|company size"}},
    {"revenue", money, "its yearly sales", none, {.headers = "annual revenue|annualrevenue"}},
    {"billing_address", address, "where invoices go", searched, {.headers = "address|business address"}},
    {"shipping_address", address, "where goods go", searched},
    {"parent", link, "the company it belongs to", indexed, {.to = "account", .headers = "parent account|parent company|parentid|subsidiary of|subsidiary_of", .reverse = "subsidiaries"}},
    {"source", choice, "how it came to us", none, {.words = sources, .headers = "lead source|account source"}},
    {"strategy", prose, "what it wants to reach", searched},
    {"strengths", prose, "what it does well", searched},
    {"bottlenecks", prose, "what holds it back", searched},
    {"capacity", text, "what it can make or take"},
    {"extra", extra, "what other programs know about it", many},
};

constexpr Field contact_account[] = {
    {"account", link, "the company", required, {.to = "account"}},
    {"role", text, "what the person is there"},
    {"since", date, "from"},
    {"until", date, "to"},
};

constexpr Field contact_relation[] = {
    {"contact", link, "the other person", required, {.to = "contact"}},
    {"role", text, "what the other is to this one"},
    {"since", date, "from"},
    {"until", date, "to"},
};

constexpr Field contact[] = {
    {"name", text, "the whole name, in its owner's order", required | searched | lookup | personal, {.headers = "full name|display name|formatted name|contact name|contact|person"}},
    {"given_name", text, "first name", searched | personal, {.headers = "first name|firstname|given name|forename|prénom|vorname"}},
    {"middle_name", text, "further names", personal, {.headers = "middle name|additional name|middlename"}},
    {"family_name", text, "last name", searched | personal, {.headers = "last name|lastname|surname|family name|nachname|nom de famille"}},
    {"prefix", text, "Dr., Ms.", personal, {.headers = "name prefix|salutation|honorific prefix"}},
    {"suffix", text, "Jr., MD", personal, {.headers = "name suffix|generation|honorific suffix"}},
    {"nickname", text, "what friends say", searched | personal, {.headers = "short name|alias"}},
    {"emails", email, "e-mail addresses", many | unique | searched | lookup | personal},
    {"email", email, "the first of emails", mirror | personal, {.of = "emails", .headers = "e-mail|email address|e-mail address|mail|primary email|courriel"}},
    {"phones", phone, "telephone numbers", many | searched | lookup | personal},
    {"phone", phone, "the first of phones", mirror | personal, {.of = "phones", .headers = "phone number|telephone|primary phone|téléphone|telefon"}},
    {"urls", url, "web pages and profiles", many | personal, {.headers = "website|web page|url|homepage|linkedin|profile"}},
    {"accounts", rows, "the companies, present and past", many, {.rows = contact_account}},
    {"account", link, "the first of accounts", mirror | indexed, {.to = "account", .of = "accounts", .headers = "account name|company|company name|organization|organization name|organisation|related company|firma|unternehmen"}},
    {"title", text, "the position", searched, {.headers = "job title|position|jobtitle|organization title|role"}},
    {"department", text, "the part of the company", searched, {.headers = "organization department|division"}},
    {"reports_to", link, "whom they report to", indexed, {.to = "contact", .headers = "reports to|manager|manager's name", .reverse = "reports"}},
    {"relations", rows, "people they belong with", many, {.rows = contact_relation}},
    {"address", address, "where they live or work", searched | personal},
    {"birthday", birthday, "also without a year: --03-07", personal, {.headers = "birth date|date of birth|birthdate|bday|date de naissance|geburtstag"}},
    {"language", text, "language tag: de, zh-Hant", personal, {.headers = "preferred language|lang"}},
    {"timezone", text, "IANA name: Europe/Berlin", personal, {.headers = "time zone|tz"}},
    {"preferred_channel", choice, "how they like to be reached", none, {.words = channels}},
    {"preferred_time", text, "when they like to be reached"},
    {"interests", text, "what they care about", many | searched | personal, {.headers = "interest|hobby|hobbies"}},
    {"do_not_call", boolean, "never by telephone", none, {.headers = "donotcall|do not call|phone opt out"}},
    {"do_not_mail", boolean, "never by mail", none, {.headers = "hasoptedoutofemail|email opt out|opted out|unsubscribed"}},
    {"source", choice, "how they came to us", none, {.words = sources, .headers = "lead source|leadsource|original source"}},
    {"extra", extra, "what other programs know about them", many | personal},
};

constexpr Field user[] = {
    {"name", text, "the colleague's name", required | searched | lookup | personal, {.headers = "full name|sales agent"}},
    {"email", email, "their e-mail address", unique | searched | lookup | personal, {.headers = "e-mail|email address"}},
    {"login", text, "the name at the prompt", unique | lookup, {.headers = "username|user name|alias"}},
    {"role", text, "what they do", searched, {.headers = "title|position"}},
    {"manager", link, "whom they report to", indexed, {.to = "user", .reverse = "reports"}},
    {"timezone", text, "IANA name: Europe/Berlin"},
    {"active", boolean, "works here", none, {.headers = "isactive", .initial = "yes"}},
};

constexpr Field note[] = {
    {"body", prose, "the text", required | searched, {.headers = "text|content"}},
    {"about", link, "what it is about", indexed, {.to = "any"}},
};

constexpr Field attachment[] = {
    {"name", text, "the file's name", required | searched | lookup},
    {"about", link, "what it belongs to", indexed, {.to = "any"}},
    {"role", text, "photo, logo, sound, key or nothing"},
    {"media_type", text, "image/jpeg and the like"},
    {"size", integer, "in bytes"},
    {"hash", text, "SHA-256 of the bytes, by which they are kept", required | indexed},
};

constexpr std::string_view lead_statuses[] = {"New", "Assigned", "In Process", "Converted", "Recycled", "Dead"};
constexpr std::string_view stages[] = {"Prospecting", "Qualification", "Proposal", "Negotiation", "Closed Won", "Closed Lost"};
constexpr std::string_view deal_types[] = {"New Business", "Existing Business"};
constexpr std::string_view forecast_categories[] = {"Pipeline", "Best Case", "Commit", "Closed", "Omitted"};
constexpr std::string_view lost_reasons[] = {"Price", "Competition", "Budget", "Missing Features", "Timing", "No Decision", "Unresponsive", "Poor Fit", "Other"};
constexpr std::string_view contract_types[] = {"Service", "Sales", "Partner"};
constexpr std::string_view contract_statuses[] = {"Not Started", "In Progress", "Signed", "Expired", "Cancelled"};
constexpr std::string_view task_statuses[] = {"Not Started", "In Progress", "Completed", "Deferred", "Canceled"};
constexpr std::string_view priorities[] = {"Normal", "Low", "High", "Urgent"};
constexpr std::string_view held[] = {"Planned", "Held", "Not Held"};
constexpr std::string_view directions[] = {"Inbound", "Outbound"};
constexpr std::string_view call_results[] = {"Answered", "Not Answered", "Busy", "Callback", "Not Interested", "Wrong Number", "Do Not Call", "Interested", "Sale"};
constexpr std::string_view campaign_types[] = {"Email", "Newsletter", "Mail", "Telesales", "Event", "Trade Show", "Web", "Print", "Social", "Other"};
constexpr std::string_view campaign_statuses[] = {"Planning", "Active", "Inactive", "Complete"};
constexpr std::string_view ticket_types[] = {"Question", "Incident", "Problem", "Request", "Complaint", "Dispute", "Return"};
constexpr std::string_view ticket_statuses[] = {"New", "Assigned", "Pending", "Closed", "Rejected", "Duplicate"};
constexpr std::string_view article_kinds[] = {"Solution", "Procedure", "FAQ", "Playbook", "Tip", "Product", "Pricing", "Material", "Competitor", "Customer Insight"};
constexpr std::string_view article_statuses[] = {"Draft", "In Review", "Published", "Archived"};
constexpr std::string_view visibilities[] = {"internal", "customers"};
constexpr std::string_view knowledge[] = {"of", "about", "environment", "from"};
constexpr std::string_view feedback_kinds[] = {"Opinion", "Suggestion", "Praise", "Idea"};
constexpr std::string_view feedback_statuses[] = {"New", "Considered", "Adopted", "Declined"};

constexpr Field product[] = {
    {"name", text, "what is sold", required | searched | lookup, {.headers = "product name|product|item"}},
    {"sku", text, "its article number", unique | searched | lookup, {.headers = "product code|item number|article number"}},
    {"category", text, "its kind", indexed | searched, {.headers = "series|product family|product category"}},
    {"unit", text, "what a quantity counts: piece, hour, kg"},
    {"price", money, "list price of a unit", none, {.headers = "sales_price|sales price|list price|unit price"}},
    {"cost", money, "what a unit costs us"},
    {"stock", integer, "units at hand"},
    {"lead_time", text, "from order to delivery: 10bd"},
    {"urls", url, "web pages", many, {.headers = "website|web page|url"}},
    {"active", boolean, "is sold", none, {.headers = "isactive", .initial = "yes"}},
};

constexpr Field campaign[] = {
    {"name", text, "what the campaign is called", required | searched | lookup, {.headers = "campaign name"}},
    {"type", choice, "how it reaches people", indexed, {.words = campaign_types}},
    {"status", choice, "where it stands", indexed, {.words = campaign_statuses, .initial = "Planning"}},
    {"start_date", date, "from", none, {.headers = "start"}},
    {"end_date", date, "to", none, {.headers = "end"}},
    {"budget", money, "what may be spent"},
    {"expected_cost", money, "what it is thought to cost"},
    {"actual_cost", money, "what it cost"},
    {"expected_revenue", money, "what it is thought to bring"},
    {"parent", link, "the campaign it is a part of", indexed, {.to = "campaign", .reverse = "parts"}},
};

constexpr Field lead[] = {
    {"name", text, "the person, or whom to ask for", required | searched | lookup | personal, {.headers = "full name|lead name"}},
    {"company", text, "where they work", searched, {.headers = "company name|organization|organisation"}},
    {"title", text, "the position", searched, {.headers = "job title|position"}},
    {"emails", email, "e-mail addresses", many | searched | lookup | personal},
    {"email", email, "the first of emails", mirror | personal, {.of = "emails", .headers = "e-mail|email address|mail"}},
    {"phones", phone, "telephone numbers", many | searched | lookup | personal},
    {"phone", phone, "the first of phones", mirror | personal, {.of = "phones", .headers = "phone number|telephone"}},
    {"source", choice, "how they came to us", indexed, {.words = sources, .headers = "lead source|leadsource"}},
    {"status", choice, "where it stands", indexed, {.words = lead_statuses, .headers = "lead status", .initial = "New"}},
    {"campaign", link, "what brought them", indexed, {.to = "campaign"}},
    {"partner", link, "the company that brought them", indexed, {.to = "account", .reverse = "brought_leads"}},
    {"follow_up", date, "when to ask again", indexed, {.headers = "next follow up|follow up date"}},
    {"reason", text, "why it was given up"},
    {"converted_at", instant, "when it became a customer"},
    {"account", link, "the company it became", indexed, {.to = "account"}},
    {"contact", link, "the person it became", indexed, {.to = "contact"}},
};

constexpr Field contact_role[] = {
    {"contact", link, "who takes part", required, {.to = "contact"}},
    {"role", text, "Decision Maker, Evaluator, Influencer, Other"},
};

constexpr Field user_role[] = {
    {"user", link, "the colleague", required, {.to = "user"}},
    {"role", text, "what they do in it"},
};

constexpr Field deal[] = {
    {"name", text, "what is being sold", required | searched | lookup, {.headers = "deal name|opportunity name|opportunity|opportunity_id"}},
    {"account", link, "the customer", indexed, {.to = "account", .headers = "account name|company|associated company"}},
    {"contacts", rows, "who takes part, with a role", many, {.rows = contact_role}},
    {"product", link, "what it is mostly about", indexed, {.to = "product", .headers = "product name"}},
    {"amount", money, "its value", indexed, {.headers = "deal amount|close_value|value"}},
    {"pipeline", text, "the sales process", indexed},
    {"stage", choice, "where it stands", required | indexed, {.words = stages, .headers = "deal stage|deal_stage|stage name|sales stage", .initial = "Prospecting"}},
    {"probability", percent, "chance of winning", none, {.headers = "deal probability|probability (%)"}},
    {"close_date", date, "when it is or was decided", indexed, {.headers = "close date|closedate|expected close date"}},
    {"next_step", text, "what comes next", searched, {.headers = "next step"}},
    {"follow_up", date, "when to ask again", indexed},
    {"type", choice, "new business or more of it", none, {.words = deal_types, .headers = "deal type"}},
    {"forecast_category", choice, "how sure it is", none, {.words = forecast_categories, .headers = "forecast category"}},
    {"campaign", link, "what brought it", indexed, {.to = "campaign"}},
    {"partner", link, "the company that brought it", indexed, {.to = "account", .reverse = "brought_deals"}},
    {"team", rows, "colleagues who work on it", many, {.rows = user_role}},
    {"competitors", text, "who else offers", many | searched},
    {"lost_reason", choice, "why it was lost", indexed, {.words = lost_reasons, .headers = "lost reason|closed lost reason"}},
    {"source", choice, "how it came to us", none, {.words = sources, .headers = "lead source"}},
    {"won_at", instant, "when it was won"},
    {"lost_at", instant, "when it was lost"},
};

constexpr Field contract[] = {
    {"name", text, "what is agreed", required | searched | lookup},
    {"type", choice, "its kind", indexed, {.words = contract_types}},
    {"account", link, "with whom", indexed, {.to = "account"}},
    {"start", date, "from"},
    {"end", date, "to", indexed},
    {"plan", text, "the service level", searched},
    {"value", money, "what it is worth"},
    {"status", choice, "where it stands", indexed, {.words = contract_statuses, .initial = "Not Started"}},
    {"renewal_reminder", text, "how long before the end to ask: 3mo"},
};

constexpr Field territory[] = {
    {"name", text, "what the territory is called", required | searched | lookup},
    {"parent", link, "the territory it is a part of", indexed, {.to = "territory", .reverse = "parts"}},
    {"rule", text, "the accounts in it, as a query"},
    {"manager", link, "who answers for it", indexed, {.to = "user"}},
    {"members", rows, "who works in it", many, {.rows = user_role}},
};

constexpr Field expense[] = {
    {"name", text, "what was paid for", required | searched | lookup},
    {"date", date, "when", indexed},
    {"amount", money, "how much"},
    {"category", text, "its kind", indexed},
    {"about", link, "what it was for", indexed, {.to = "any"}},
    {"status", text, "where it stands"},
};

constexpr Field task[] = {
    {"subject", text, "what is to be done", required | searched | lookup, {.headers = "task|title"}},
    {"due", date, "by when", indexed, {.headers = "due date"}},
    {"status", choice, "where it stands", indexed, {.words = task_statuses, .initial = "Not Started"}},
    {"priority", choice, "how urgent it is", indexed, {.words = priorities, .initial = "Normal"}},
    {"about", link, "what it is about", indexed, {.to = "any"}},
    {"reminder", instant, "when to be reminded", indexed},
    {"promised_to", link, "to whom it was promised", indexed, {.to = "contact", .reverse = "promises"}},
    {"promised_in", text, "where it was promised"},
};

constexpr Field meeting[] = {
    {"subject", text, "what it is for", required | searched | lookup},
    {"start", instant, "from", indexed},
    {"end", instant, "to"},
    {"location", text, "where", searched},
    {"status", choice, "whether it took place", indexed, {.words = held, .initial = "Planned"}},
    {"about", link, "what it is about", indexed, {.to = "any"}},
};

constexpr Field call[] = {
    {"subject", text, "what it is for", required | searched | lookup},
    {"direction", choice, "who rang", indexed, {.words = directions}},
    {"status", choice, "whether it took place", indexed, {.words = held, .initial = "Planned"}},
    {"result", choice, "what came of it", indexed, {.words = call_results}},
    {"start", instant, "when", indexed},
    {"duration", text, "how long: 12min"},
    {"number", phone, "the number that was dialled", searched | lookup},
    {"callback", instant, "when to ring again", indexed},
    {"about", link, "whom or what it is about", indexed, {.to = "any"}},
};

constexpr Field event[] = {
    {"name", text, "what takes place", required | searched | lookup},
    {"start", instant, "from", indexed},
    {"end", instant, "to"},
    {"location", text, "where", searched},
    {"capacity", integer, "how many may come"},
    {"campaign", link, "the campaign it belongs to", indexed, {.to = "campaign"}},
};

constexpr Field asset[] = {
    {"name", text, "what is installed", required | searched | lookup},
    {"serial", text, "its serial number", searched | lookup, {.headers = "serial number"}},
    {"product", link, "what it is", indexed, {.to = "product"}},
    {"account", link, "whose it is", indexed, {.to = "account"}},
    {"contact", link, "who looks after it there", indexed, {.to = "contact"}},
    {"installed_on", date, "since when"},
    {"warranty_until", date, "how long we answer for it", indexed},
    {"site", text, "where it stands", searched},
    {"status", text, "how it is"},
};

constexpr Field ticket[] = {
    {"subject", text, "what is wrong", required | searched | lookup, {.headers = "ticket name|summary|title"}},
    {"account", link, "the customer", indexed, {.to = "account"}},
    {"contact", link, "who asks", indexed, {.to = "contact"}},
    {"asset", link, "what it is about", indexed, {.to = "asset"}},
    {"contract", link, "the agreement that covers it", indexed, {.to = "contract"}},
    {"type", choice, "its kind", indexed, {.words = ticket_types}},
    {"severity", text, "how bad it is"},
    {"priority", choice, "how urgent it is", indexed, {.words = priorities, .initial = "Normal"}},
    {"status", choice, "where it stands", indexed, {.words = ticket_statuses, .headers = "ticket status", .initial = "New"}},
    {"channel", text, "how it came", indexed},
    {"queue", text, "who takes care of such", indexed},
    {"team", rows, "colleagues who work on it", many, {.rows = user_role}},
    {"resolution", prose, "what helped", searched},
    {"first_response_at", instant, "when we first answered"},
    {"closed_at", instant, "when it was closed", indexed},
    {"csat", integer, "how content they were"},
    {"parent", link, "the ticket it is a part of", indexed, {.to = "ticket", .reverse = "parts"}},
};

constexpr Field article[] = {
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

constexpr Field feedback[] = {
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

constexpr Declaration all[] = {
    {"account", "accounts", "a", 1, "companies and other organisations", "name", "id,name,type,industry,phone,domains,billing_address.city,owner", account, "company"},
    {"contact", "contacts", "c", 2, "people", "name", "id,name,account,title,email,phone,tags", contact},
    {"user", "users", "u", 3, "colleagues who use the store", "name", "id,name,login,email,role,active", user},
    {"note", "notes", "n", 4, "notes about anything", "body", "id,body,about,owner,created_at", note},
    {"attachment", "attachments", "at", 5, "files that belong to records", "name", "id,name,media_type,size,about", attachment},
    {"lead", "leads", "l", 6, "people and companies not yet qualified", "name", "id,name,company,status,source,email,phone,follow_up,owner", lead},
    {"product", "products", "p", 7, "what is sold", "name", "id,name,sku,category,price,stock,active", product},
    {"deal", "deals", "d", 8, "sales in progress, won and lost", "name", "id,name,account,stage,amount,close_date,owner", deal},
    {"contract", "contracts", "ct", 9, "agreements with customers and partners", "name", "id,name,account,type,status,start,end,value", contract},
    {"territory", "territories", "ty", 10, "who sells where", "name", "id,name,parent,manager,rule", territory},
    {"expense", "expenses", "x", 11, "what was spent", "name", "id,name,date,amount,category,about", expense},
    {"task", "tasks", "ts", 12, "things to do and promises", "subject", "id,subject,due,status,priority,about,owner", task},
    {"meeting", "meetings", "mt", 13, "people who sit together", "subject", "id,subject,start,end,location,status,about", meeting},
    {"call", "calls", "ca", 14, "telephone calls", "subject", "id,subject,direction,status,result,start,number,about", call},
    {"campaign", "campaigns", "m", 15, "what is done to be known and asked", "name", "id,name,type,status,start_date,end_date,budget", campaign},
    {"event", "events", "e", 16, "seminars and fairs", "name", "id,name,start,location,capacity,campaign", event},
    {"asset", "assets", "as", 17, "products installed at customers", "name", "id,name,serial,product,account,warranty_until,site", asset},
    {"ticket", "tickets", "t", 18, "what customers ask and complain about", "subject", "id,subject,account,contact,priority,status,queue,owner", ticket},
    {"article", "articles", "k", 19, "the knowledge base", "title", "id,title,kind,status,visibility,product,owner", article, "kb"},
    {"feedback", "feedbacks", "f", 20, "opinions, suggestions and ideas", "subject", "id,subject,kind,contact,product,score,status", feedback},
};

consteval bool known(std::string_view noun) {
    return noun == "any" || std::ranges::any_of(all, [&](const Declaration& d) { return d.noun == noun; });
}

consteval bool sound(Fields fields, bool inner) {
    for (const Field* f = fields.begin(); f != fields.end(); ++f) {
        for (const Field* g = f + 1; g != fields.end(); ++g)
            if (f->name == g->name) return false;
        if (f->help.empty()) return false;
        if (f->type == choice && f->more.words.empty()) return false;
        if (f->type == link && (f->more.to.empty() || !known(f->more.to))) return false;
        if (f->type == rows && (inner || f->more.rows.empty() || !sound(f->more.rows, true))) return false;
        if (f->is(mirror) && std::none_of(fields.begin(), fields.end(), [&](const Field& l) { return l.name == f->more.of && l.is(many); })) return false;
        if (!inner)
            for (const Field& c : common)
                if (c.name == f->name) return false;
    }
    return true;
}

consteval bool sound() {
    for (const Declaration* d = std::begin(all); d != std::end(all); ++d) {
        if (!sound(d->fields, false) || d->number < 1 || d->number > 63 || d->columns.empty()) return false;
        for (const Declaration* e = d + 1; e != std::end(all); ++e)
            if (d->noun == e->noun || d->prefix == e->prefix || d->number == e->number) return false;
    }
    return sound(Fields(common), true);
}
static_assert(sound(), "a duplicate name, a dangling link, a choice without words or a missing help line");

}  // namespace

std::span<const Declaration> declarations() { return all; }
std::span<const Field> common_fields() { return common; }

}  // namespace crm::meta
