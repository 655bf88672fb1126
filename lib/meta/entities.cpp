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

constexpr Declaration all[] = {
    {"account", "accounts", "a", 1, "companies and other organisations", "name", "id,name,type,industry,phone,domains,billing_address.city,owner", account, "company"},
    {"contact", "contacts", "c", 2, "people", "name", "id,name,account,title,email,phone,tags", contact},
    {"user", "users", "u", 3, "colleagues who use the store", "name", "id,name,login,email,role,active", user},
    {"note", "notes", "n", 4, "notes about anything", "body", "id,body,about,owner,created_at", note},
    {"attachment", "attachments", "at", 5, "files that belong to records", "name", "id,name,media_type,size,about", attachment},
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
