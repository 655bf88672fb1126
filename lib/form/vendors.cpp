#include "form/vendors.hpp"

namespace crm::form {
namespace {

constexpr Spelling person[] = {
    {"first name|firstname|given name|forename|fname", "given_name"},
    {"middle name|middlename|second name|zweiter vorname", "middle_name"},
    {"last name|lastname|surname|family name|lname", "family_name"},
    {"nachname, vorname|name, vorname|last name, first name|surname, given name|surname, first "
     "name|family name, given name|nom, prénom|apellidos, nombre|cognome, nome",
     "name"},
    {"anrede|titel|akademischer titel|akad. titel|civilité|tratamiento|titolo", "prefix"},
    {"email #|e-mail # address|email address #|secondary email|additional email|other emails",
     "emails"},
    {"email work|work email|business email", "emails(work)"},
    {"email home|home email|personal email|private email", "emails(home)"},
    {"email other|other email", "emails(other)"},
    {"mobile|mobile phone|mobile number|mobile phone number|cell|cell phone|cellular|home "
     "mobile|handy|portable|sms|sms number|whatsapp|whatsapp number",
     "phones(mobile)"},
    {"work mobile|business mobile", "phones(work, mobile)"},
    {"work phone#|business phone#|phone work|office phone|phone office|direct phone|work telephone",
     "phones(work)"},
    {"home phone#|phone home|home telephone|private phone", "phones(home)"},
    {"other phone|phone other|phone #|phone number #|secondary phone|additional phone", "phones"},
    {"fax|fax number|fax phone|work fax|business fax", "phones(work, fax)"},
    {"home fax", "phones(home, fax)"},
    {"other fax", "phones(fax)"},
    {"pager|pager number|pager phone", "phones(pager)"},
    {"car phone", "phones(car)"},
    {"phone video|video phone", "phones(video)"},
    {"asst. phone|assistant's phone|assistant phone", "phones(assistant)"},
    {"web page #|website #|website other|url #|personal web page", "urls"},
    {"linkedin url|linkedin profile|person linkedin url|linkedin url (person)", "urls(linkedin)"},
    {"website profile", "urls(profile)"},
    {"website blog|blog", "urls(blog)"},
    {"website home page|home page|personal website", "urls(home)"},
    {"website work|work website", "urls(work)"},
    {"street|street #|street address|address line #|address #|mailing street|postal address",
     "address.street"},
    {"hausnr|haus-nr|hausnummer|house number|house no|street number|street no|numéro de rue|"
     "numero civico|huisnummer|husnummer|číslo popisné",
     "address.house_number"},
    {"postal code|zip|zip code|postcode|post code|mailing zip|mailing postal code|plz|code postal",
     "address.postcode"},
    {"city|town|suburb|mailing city|ort|ville", "address.city"},
    {"state|region|state/region|province|county|mailing state", "address.region"},
    {"country|country/region|mailing country|land|pays", "address.country"},
    {"business street|business street #|work street|work address|work address #|business address",
     "address(work).street"},
    {"business city|work city", "address(work).city"},
    {"business state|work state", "address(work).region"},
    {"business postal code|business zip|work zip|work zipcode|work zip code|work postal code",
     "address(work).postcode"},
    {"business country/region|business country|work country", "address(work).country"},
    {"home street|home street #|home address|home address #", "address(home).street"},
    {"home city", "address(home).city"},
    {"home state", "address(home).region"},
    {"home postal code|home zip|home zipcode|home zip code", "address(home).postcode"},
    {"home country/region|home country", "address(home).country"},
    {"other street|other street #|other address", "address(other).street"},
    {"other city", "address(other).city"},
    {"other state", "address(other).region"},
    {"other postal code|other zip", "address(other).postcode"},
    {"other country/region|other country", "address(other).country"},
    {"company main phone|company phone", "account.phones(main)"},
    // German, French, Spanish, Italian, Chinese, Japanese, as lists are headed there.
    {"姓名|名字|氏名|名前|vollständiger name|nom complet|nombre completo|nome completo", "name"},
    {"vorname|prénom|名", "given_name"},
    {"nachname|familienname|nom de "
     "famille|apellido|apellidos|cognome|sobrenome|фамилия|příjmení|nazwisko|姓",
     "family_name"},
    {"имя|jméno|imię|keresztnév", "given_name"},
    {"ansprechpartner|ansprechperson|kontaktperson|kontakt", "name"},
    {"kategorie|kategorien|schlagwort|schlagworte|schlagwörter|stichwörter|catégories|categorías",
     "tags"},
    {"unsub_time|unsubscribed|unsubscribed at|unsubscribe date|unsubscribed on|unsubscribe|is "
     "unsubscribed|email unsubscribed|unsubscribed from email|unsubscribed from "
     "emails|unsubscribed "
     "from all email|unsubscribed from all emails|unsubscribed from marketing|globally "
     "unsubscribed|global unsubscribe|opt out|opted out|is opted out|is opt out|opt out date|email "
     "opt out|email opted out|email opt out date|email opt out time|opted out of email|opted out "
     "of "
     "emails|has opted out of email|hasoptedoutofemail|opt out of email|opt out of "
     "emails|marketing "
     "opt out|newsletter opt out|mailing opt out|no bulk emails (user opt out)|no bulk "
     "emails|blacklisted|email blacklisted|email blacklist|blocklisted|email "
     "blocklisted|suppressed|do not email|do not e-mail|dont email|don't email|donotemail|donotbulk"
     "email|do not bulk email|no email|no emails|no e-mail|no mailings|no newsletter|keine "
     "e-mails|kein newsletter|keine werbung|werbesperre|abgemeldet|abgemeldet am|newsletter "
     "abgemeldet|désinscrit|désabonné|désinscription|baja|dado de baja|no enviar "
     "correo|disiscritto|uitgeschreven",
     "do_not_mail=yes"},
    {"do not allow emails|do not allow bulk emails",
     "do_not_mail=yes:do not allow,yes,true,1/allow,no,false,0"},
    {"do not contact|nicht kontaktieren|ne pas contacter|no contactar",
     "do_not_mail=yes & do_not_call=yes"},
    {"do not call|donotcall|do not phone|donotphone|dont call|don't call|no calls|no phone calls|"
     "phone opt out|call opt out|calls opt out|opted out of calls|has opted out of calls|opt out "
     "of "
     "calls|call blacklisted|phone blacklisted|do not call list|on do not call list|dnc|"
     "telefonsperre|keine anrufe|nicht anrufen|ne pas appeler|no llamar|non chiamare|niet bellen",
     "do_not_call=yes"},
    {"do not allow phone calls", "do_not_call=yes:do not allow,yes,true,1/allow,no,false,0"},
    {"status|contact status|member status|subscriber status|subscription status|subscription|email "
     "status|email subscription status|email marketing status|marketing status|list status|consent "
     "status|permission status|newsletter status|opt in status",
     "do_not_mail=yes:unsubscribed,unsubscribe,globally unsubscribed,opted out,opt out,optedout,"
     "blacklisted,blocklisted,suppressed,complained,spam complaint,do not email,do not mail,"
     "abgemeldet,désinscrit,désabonné,baja,disiscritto,uitgeschreven/active,subscribed,confirmed,"
     "opted in,opt in,optedin,angemeldet,inscrit,suscrito,iscritto,ingeschreven"},
    {"webseite|website|webadresse|internet|internetseite|homepage|site web|sitio web|sito web",
     "urls"},
    {"telefon #|téléphone #|teléfono #", "phones"},
    {"telefon geschäftlich|telefon dienstlich|telefon büro|telefon (geschäftlich)|geschäftlich",
     "phones(work)"},
    {"telefon privat|telefon (privat)|privattelefon", "phones(home)"},
    {"telefax|telefax #|faxnummer", "phones(fax)"},
    {"e-mail privat|e-mail (privat)|private e-mail", "emails(home)"},
    {"e-mail geschäftlich|e-mail dienstlich|e-mail (geschäftlich)", "emails(work)"},
    {"funktion|berufsbezeichnung|poste|fonction|cargo|puesto|ruolo|职务|职位|役職", "title"},
    {"e-mail-adresse|mailadresse|courriel|adresse e-mail|correo|correo electrónico|posta "
     "elettronica|邮箱|电子邮件|电子邮箱|邮件|メール|メールアドレス",
     "emails"},
    {"telefon|telefonnummer|telefonnr|telefon-nr|rufnummer|tel|tel #|tel-nr|telnr|tel no|fon|"
     "telephone number|téléphone|teléfono|telefono|telefoon|телефон|电话|电话号码|電話|電話番号",
     "phones"},
    {"mobiltelefon|mobil|handynummer|téléphone "
     "portable|móvil|cellulare|手机|手机号|手机号码|携帯|携帯電話",
     "phones(mobile)"},
    {"firma|firmenname|unternehmen|société|entreprise|empresa|azienda|公司|公司名称|单位|会社|"
     "会社名",
     "account.name"},
    {"abteilung|département|departamento|reparto|部门|部署", "department"},
    {"straße|strasse|adresse|rue|calle|dirección|indirizzo|地址|住所", "address.street"},
    {"postleitzahl|código postal|cap|邮编|邮政编码|郵便番号", "address.postcode"},
    {"stadt|wohnort|ciudad|città|城市|市区町村", "address.city"},
    {"país|paese|国家|国", "address.country"},
    {"geburtstag|geburtsdatum|date de naissance|fecha de nacimiento|data di "
     "nascita|生日|出生日期|誕生日|生年月日",
     "birthday"},
    {"notiz|notizen|bemerkung|bemerkungen|remarques|notas|备注|備考|メモ", "description"},
    {"company website|company url|organization website", "account.urls"},
    {"company domain|company domain name|domain", "account.domains"},
    {"industry|company industry", "account.industry"},
    {"employees|number of employees|# employees|company size|numemployees", "account.employees"},
    {"annual revenue|company revenue", "account.revenue"},
    {"company street|company address", "account.billing_address.street"},
    {"company city", "account.billing_address.city"},
    {"company state", "account.billing_address.region"},
    {"company postal code|company zip", "account.billing_address.postcode"},
    {"company country", "account.billing_address.country"},
};

/// A lead has the name of its company as text.
constexpr Spelling lead[] = {
    {"account name|firma|firmenname|unternehmen|société|entreprise|empresa|azienda|公司|公司名称|"
     "会社|会社名",
     "company"},
    {"designation", "title"},
};

constexpr Spelling company[] = {
    {"mobile|mobile phone", "phones(mobile)"},
    {"phone #|other phone|work phone|business phone|secondary phone", "phones"},
    {"fax|fax number|company fax", "phones(fax)"},
    {"email #|secondary email", "emails"},
    {"web page #|website #|linkedin url|company linkedin url", "urls"},
    {"street|street #|street address|address line #|address #|billing street",
     "billing_address.street"},
    {"hausnr|haus-nr|hausnummer|house number|house no|street number|street no|numéro de rue|"
     "numero civico|huisnummer|husnummer",
     "billing_address.house_number"},
    {"city|town|billing city", "billing_address.city"},
    {"state|region|state/region|province|billing state", "billing_address.region"},
    {"postal code|zip|zip code|postcode|billing postal code|billing zip|billing code",
     "billing_address.postcode"},
    {"country|country/region|billing country|office location", "billing_address.country"},
    {"shipping street", "shipping_address.street"},
    {"shipping city", "shipping_address.city"},
    {"shipping state", "shipping_address.region"},
    {"shipping postal code|shipping zip|shipping code", "shipping_address.postcode"},
    {"shipping country", "shipping_address.country"},
    {"# employees|numemployees|numemp|mitarbeiter|mitarbeiterzahl|anzahl mitarbeiter", "employees"},
    // As lists of companies are headed elsewhere.
    {"firma|firmenname|unternehmen|kunde|kundenname|société|entreprise|raison "
     "sociale|empresa|azienda|ragione sociale|公司|公司名称|单位|会社|会社名",
     "name"},
    {"telefon|telefon "
     "#|telefonnummer|telefonnr|telefon-nr|tel|tel #|tel-nr|telnr|tel "
     "no|fon|telefoon|rufnummer|téléphone|teléfono|telefono|电话|电话号码|電話|電話番号",
     "phones"},
    {"telefax|faxnummer", "phones(fax)"},
    {"e-mail-adresse|mailadresse|courriel|adresse e-mail|correo|correo electrónico|posta "
     "elettronica|邮箱|电子邮件|メール|メールアドレス",
     "emails"},
    {"webseite|webadresse|internet|internetseite|homepage|site web|sitio web|sito web", "urls"},
    {"straße|strasse|adresse|rue|calle|dirección|indirizzo|地址|住所", "billing_address.street"},
    {"plz|postleitzahl|code postal|código postal|cap|邮编|邮政编码|郵便番号",
     "billing_address.postcode"},
    {"ort|stadt|ville|ciudad|città|城市|市区町村", "billing_address.city"},
    {"land|pays|país|paese|国家|国", "billing_address.country"},
    {"branche|secteur|sector|settore|行业", "industry"},
    {"kategorie|kategorien|schlagworte|schlagwörter", "tags"},
    {"notiz|notizen|bemerkung|bemerkungen|remarques|notas|备注|備考|メモ", "description"},
};

/// https://support.google.com/contacts: the form of 2009 says Type, that of 2024 Label.
constexpr Spelling google[] = {
    {"e-mail # - value", "emails(@e-mail # - type|e-mail # - label)"},
    {"phone # - value", "phones(@phone # - type|phone # - label)"},
    {"website # - value", "urls(@website # - type|website # - label)"},
    {"address # - street", "address(@address # - type|address # - label).street"},
    {"address # - extended address", "address(@address # - type|address # - label).street"},
    {"address # - po box", "extra"},
    {"address # - city", "address(@address # - type|address # - label).city"},
    {"address # - region", "address(@address # - type|address # - label).region"},
    {"address # - postal code", "address(@address # - type|address # - label).postcode"},
    {"address # - country", "address(@address # - type|address # - label).country"},
    {"address # - formatted", ""},
    {"organization # - name|organization name", "account.name"},
    {"organization # - title|organization title", "title"},
    {"organization # - department|organization department", "department"},
    {"location|short name|occupation", "extra"},
    {"e-mail # - type|e-mail # - label|phone # - type|phone # - label|website # - type|website # - "
     "label|address # - type|address # - label",
     ""},
};

/// The 92 columns of Outlook's classic export.
constexpr Spelling outlook[] = {
    {"title", "prefix"},
    {"company", "account.name"},
    {"primary phone", "phone"},
    {"callback|radio phone|other phone", "phones"},
    {"account|location|children|spouse|referred by|office location|mileage|billing information",
     "extra"},
    {"gender", "extra!Unspecified"},
    {"priority|sensitivity", "extra!Normal"},
    {"private", "extra!False"},
    {"e-mail type|e-mail # type", "extra!SMTP"},
    {"e-mail display name|e-mail # display name", ""},
    {"manager's name|manager", "reports_to"},
};

constexpr Spelling roundcube[] = {
    {"title", "prefix"},
    {"primary phone", "phones(main)"},
};

constexpr Spelling thunderbird[] = {
    {"birth year", "birthday.year"},
    {"birth month", "birthday.month"},
    {"birth day", "birthday.day"},
};

constexpr Spelling linkedin[] = {
    {"url", "urls(linkedin)"},
    {"position", "title"},
    {"connected on", "created_at"},
};

constexpr Spelling mailchimp[] = {
    {"unsub_time", "do_not_mail=yes"},
    {"address", "extra"},
};

constexpr Spelling odoo[] = {
    {"id|external id", "ref"},
    {"related company|company name|parent", "account.name"},
    {"customer|is a customer", "type=Customer"},
    {"supplier|vendor|is a vendor", "type=Supplier"},
    {"zip", "address.postcode"},
    {"address type|company type|is a company", ""},
};

constexpr Spelling zoho[] = {
    {"potential name|deal name", "name"},
    {"potential owner|deal owner|lead owner|contact owner|account owner", "owner"},
    {"closing date", "close_date"},
    {"potential id|deal id", "ref"},
    {"record id|contact id|account id|lead id", "ref"},
    {"account name.id", "account.ref"},
    {"account name", "account.name"},
    {"parent account.id", "parent=ref"},
    {"contact owner.id|account owner.id|created by.id|modified by.id|vendor name.id|reporting "
     "to.id",
     "extra"},
    {"email opt out", "do_not_mail=yes"},
};

constexpr Spelling hubspot[] = {
    {"record id|contact id|company id|deal id|ticket id", "ref"},
    {"associated company id|primary associated company id", "account.ref"},
    {"associated company|primary company", "account.name"},
    {"lifecycle stage|lead status", "extra"},
    {"unsubscribed from all email", "do_not_mail=yes"},
};

/// API names, as the Data Loader writes them.
constexpr Spelling salesforce[] = {
    {"id|contact id|account id 18|case safe id", "ref"},
    {"accountid", "account.ref"},
    {"parentid", "parent=ref"},
    {"reportstoid", "reports_to=ref"},
    {"account.name", "account.name"},
    {"isdeleted", "extra!false"},
    {"masterrecordid|createdbyid|lastmodifieddate|lastmodifiedbyid|systemmodstamp|lastactivitydate|"
     "ownerid",
     "extra"},
    {"hasoptedoutofemail", "do_not_mail=yes"},
    {"mailingstreet", "address.street"},
    {"mailingcity", "address.city"},
    {"mailingstate", "address.region"},
    {"mailingpostalcode", "address.postcode"},
    {"mailingcountry", "address.country"},
};

/// Orders of shops, one row for each line: Shopify, WooCommerce, Magento and the like; quotes too.
constexpr Spelling sale[] = {
    {"order id|order number|order no|order no.|invoiceno|invoice no|invoice number|increment id",
     "name"},
    {"lineitem sku|line item sku|item sku|sku|stockcode|product sku|product id|article|lineitem "
     "name|item name|product|product name",
     "lines.product"},
    {"artikel|artikelnummer|artikel-nr|art.-nr|produkt|produkt-nr|produktname|produit|producto|"
     "prodotto|item|item number|item no|part number|product code",
     "lines.product"},
    {"lineitem quantity|line item quantity|quantity|qty|item quantity|qty ordered|line quantity|"
     "units|pieces|menge|anzahl|stück|stückzahl|quantité|cantidad|quantità|aantal",
     "lines.quantity"},
    {"lineitem price|line item price|price|unit price|unitprice|item price|item cost|line price|"
     "sale price|sales price|preis|einzelpreis|stückpreis|prix|prix unitaire|precio|precio "
     "unitario|prezzo|prezzo unitario|prijs",
     "lines.price"},
    {"lineitem discount %|line discount %|line discount|discount %|discount (%)|discount "
     "percent|discount percentage|rabatt %|rabatt (%)|rabatt in %|remise %|remise (%)|descuento "
     "%|sconto %",
     "lines.discount"},
    {"tax rate|tax rate %|tax %|tax (%)|line tax %|vat %|vat (%)|vat rate|mwst %|mwst. %|ust. "
     "%|mwst (%)|mwst in "
     "%|mwst-satz|ust %|ust (%)|ust-satz|tva %|tva (%)|taux tva|iva %|iva (%)|btw %",
     "lines.tax"},
    {"customer|customer name|company|billing company|bill-to name|account|account name|kunde|"
     "kundenname|client|cliente|klant",
     "account"},
    {"billing name|customer email|email", "contact"},
    {"invoicedate|invoice date|created at|paid at|purchase date|bestelldatum|auftragsdatum|"
     "rechnungsdatum|datum|date de commande|fecha|data ordine",
     "order_date"},
    {"bestellnummer|bestell-nr|bestellung|auftrag|auftragsnummer|auftrags-nr|rechnungsnummer|"
     "rechnungs-nr|numéro de commande|número de pedido|numero ordine",
     "name"},
};

/// What a column says of the amounts of its row.
constexpr Spelling common[] = {
    {"currency|currency code|currencyisocode|currency iso code|currency name|iso currency|deal "
     "currency|opportunity currency|amount currency|order currency|quote currency|price "
     "currency|presentment currency|record currency|value currency|währung|waehrung|devise|moneda|"
     "divisa|valuta|moeda|waluta|měna|mena|pénznem|валюта|货币|通貨",
     "currency"},
};

constexpr Vendor all[] = {
    {"crm", "uid & updated_at | uid & id"},
    {"google", "e-mail 1 - value | phone 1 - value | given name yomi", google},
    {"linkedin", "first name & last name & connected on", linkedin},
    {"roundcube", "email home | email work | im jabber", roundcube},
    {"thunderbird", "screen name & custom 1 | primary email & secondary email", thunderbird},
    {"outlook",
     "e-mail address & business phone | e-mail address & e-mail 2 address | e-mail display name",
     outlook},
    {"mailchimp", "member_rating | euid & leid", mailchimp},
    {"odoo",
     "company type & related company | is a company & related company | is a company & external id",
     odoo, "company type|is a company"},
    {"zoho",
     "record id & *.id | account name.id | contact owner.id | potential name & closing date", zoho},
    {"salesforce",
     "*__c | systemmodstamp | ownerid | accountid | id & annualrevenue | billingstreet | "
     "mailingstreet | numberofemployees & id",
     salesforce},
    {"hubspot",
     "record id | contact id & first name | company id & company name | deal name & deal stage",
     hubspot},
};

}  // namespace

std::span<const Vendor> vendors() {
    return all;
}

std::span<const std::span<const Spelling>> spellings(std::string_view noun) {
    static constexpr std::span<const Spelling> of_account[] = {company, common};
    static constexpr std::span<const Spelling> of_person[] = {person, common};
    static constexpr std::span<const Spelling> of_lead[] = {lead, person, common};
    static constexpr std::span<const Spelling> of_sale[] = {sale, common};
    static constexpr std::span<const Spelling> of_other[] = {common};
    if (noun == "account")
        return of_account;
    if (noun == "contact" || noun == "user")
        return of_person;
    if (noun == "lead")
        return of_lead;
    if (noun == "order" || noun == "quote")
        return of_sale;
    return of_other;
}

}  // namespace crm::form
