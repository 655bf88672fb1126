#include "form/card.hpp"
#include "form/vcard.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// Every property and every word of TYPE of RFC 6350 and RFC 2426: what is read is written.

using namespace crm::form;

namespace {

struct Cards : Intake {
    std::vector<Draft> drafts;
    std::vector<Trouble> troubles;
    void take(Draft&& draft) override { drafts.push_back(std::move(draft)); }
    void trouble(Trouble&& trouble) override { troubles.push_back(std::move(trouble)); }
    void progress(std::size_t) override {}
};

Exported read_card(const std::string& text) {
    Cards cards;
    read_cards(text, "x.vcf", cards);
    REQUIRE(cards.drafts.size() == 1);
    REQUIRE(cards.troubles.empty());
    Draft& draft = cards.drafts.front();
    Exported record{draft.noun, {}, {}, {}, std::move(draft.files)};
    for (const DraftField& field : draft.fields) {
        if (field.keep_as_extra && !field.source.empty() && field.field == "birthday")
            record.fields.emplace_back("extra", field.source);
        else
            record.fields.emplace_back(field.field, field.value);
    }
    if (draft.account)
        record.fields.emplace_back("account", *draft.account->find("name"));
    for (const DraftField& field : draft.link)
        record.link.emplace_back(field.field, field.value);
    return record;
}

std::string card(int version, const std::string& lines) {
    const std::string number = version == 3 ? "3.0" : "4.0";
    return "BEGIN:VCARD\r\nVERSION:" + number + "\r\nFN:Ann Lee\r\n" + lines + "\r\nEND:VCARD\r\n";
}

std::set<std::string> lines(const std::string& text) {
    std::set<std::string> all;
    std::string unfolded = text;
    for (std::size_t at; (at = unfolded.find("\r\n ")) != std::string::npos;)
        unfolded.erase(at, 3);
    for (std::size_t from = 0; from < unfolded.size();) {
        const std::size_t end = unfolded.find("\r\n", from);
        all.insert(unfolded.substr(from, end - from));
        from = end + 2;
    }
    return all;
}

/// A line comes back as it is, in its own version at once and after a way through the other one.
void check_line(int version, const std::string& line) {
    const int other = version == 3 ? 4 : 3;
    const Exported record = read_card(card(version, line));
    const std::string text = card_text(record, version);
    INFO(line, "\n", text);
    CHECK(lines(text).contains(line));
    CHECK(lines(card_text(read_card(text), version)) == lines(text));
    const std::string through = card_text(record, other);
    INFO(through);
    CHECK(lines(card_text(read_card(through), version)) == lines(text));
    CHECK(lines(card_text(read_card(through), other)) == lines(through));
}

}  // namespace

TEST_CASE("every property of RFC 6350 is written as it was read") {
    for (const std::string line : {
             "SOURCE:ldap://ldap.example/cn=Babs%20Jensen,%20o=Babsco",
             "KIND:application",
             "XML:<a xmlns=\"urn:x\">b</a>",
             "FN;PREF=2;LANGUAGE=de:Anna Lee",
             "N;SORT-AS=\"Harten,Rene\":van der Harten;Rene;J.,K.;Sir;R.D.O.N.,PhD",
             "N:Stevenson;John;Philip,Paul;Dr.;Jr.,M.D.,A.C.P.",
             "NICKNAME:Jim,Jimmie",
             "NICKNAME;TYPE=work:Boss",
             "PHOTO:http://www.example.com/pub/photos/jqpublic.gif",
             "PHOTO:data:image/jpeg;base64,/9j/4AAQ",
             "PHOTO;TYPE=HOME;ALTID=1:data:image/jpeg;base64,/9j/4AAQ",
             "BDAY:19960415",
             "BDAY:--0415",
             "BDAY:19531015T231000Z",
             "BDAY;VALUE=text:circa 1800",
             "BDAY;CALSCALE=x-islamic:19960415",
             "ANNIVERSARY:20090808T1430-0500",
             "ANNIVERSARY:20110617",
             "GENDER:M",
             "GENDER:;it's complicated",
             "GENDER:O;intersex",
             "ADR;TYPE=home;LABEL=\"Mr. John Q. Public, Esq.^nMail Drop: TNE QB\":;;123 Main "
             "Street;Any Town;CA;91921-1234;U.S.A.",
             "ADR;TYPE=work:PO Box 1;Suite 2;Street 3,Hall 4;Town;Region;Code;Land",
             "TEL;TYPE=voice,work;X-A=1:+1-555-555-5555",
             "TEL;VALUE=uri;TYPE=home:tel:+1-555-555-5555;ext=5555",
             "EMAIL;TYPE=work:jqpublic@xyz.example.com",
             "IMPP;PREF=1:xmpp:alice@example.com",
             "LANG;TYPE=work:en",
             "TZ:Raleigh/North America",
             "TZ;VALUE=utc-offset:-0500",
             "TZ:Europe/Berlin",
             "GEO:geo:37.386013,-122.082932",
             "TITLE;LANGUAGE=fr:Patron",
             "TITLE:Research Scientist",
             "ROLE:Project Leader",
             "LOGO:http://www.example.com/pub/logos/abccorp.jpg",
             "ORG:ABC\\, Inc.;North American Division;Marketing",
             "ORG;SORT-AS=ABC:ABC Ltd",
             "MEMBER:urn:uuid:03a0e51f-d1aa-4385-8a53-e29025acd8af",
             "RELATED;TYPE=friend:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
             "RELATED;TYPE=co-worker;VALUE=text:Please contact my assistant Jane Doe.",
             "CATEGORIES:TRAVEL AGENT",
             "CATEGORIES;PID=1.1:INTERNET,IETF",
             "NOTE;LANGUAGE=en:This fax number is operational 0800 to 1715 EST\\, Mon-Fri.",
             "SOUND:CID:JOHNQPUBLIC.part8.19960229T080000.xyzMail@example.com",
             "UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1",
             "UID:https://id.example/a,b;c",
             "CLIENTPIDMAP:1;urn:uuid:53e374d9-337e-4727-8803-a1e9c14e0556",
             "URL:http://example.org/restaurant.french/~chezchic.html",
             "URL:https://maps.example/@48.1,11.5;x=1",
             "KEY:http://www.example.com/keys/jdoe.cer",
             "KEY:data:application/pgp-keys;base64,AQIDBA==",
             "FBURL;PREF=1:http://www.example.com/busy/janedoe",
             "CALADRURI;PREF=1:mailto:janedoe@example.com",
             "CALURI;MEDIATYPE=text/calendar:ftp://ftp.example.com/calA.ics",
             "BIRTHPLACE:Babies'R'Us Hospital",
             "DEATHDATE:19960415",
             "EXPERTISE;LEVEL=expert:chinese literature",
             "HOBBY;INDEX=1;LEVEL=high:reading",
             "X-QQ:21588891",
         })
        check_line(4, line);
}

TEST_CASE("every property of RFC 2426 is written as it was read") {
    for (const std::string line : {
             "NAME:Ann's card",
             "N;LANGUAGE=de:Public;John;Quinlan,Paul;Mr.,Dr.;Esq.",
             "PHOTO;VALUE=uri:http://www.abc.com/pub/photos/jqpublic.gif",
             "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ",
             "PHOTO;ENCODING=b;TYPE=JPEG;X-ABCROP-RECTANGLE=ABClipRect_1&0&0&9&9&w==:/9j/4AAQ",
             "BDAY:1996-04-15",
             "BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-15",
             "BDAY:1953-10-15T23:10:00Z",
             "ADR;TYPE=dom,postal,parcel,home:;;123 Main Street;Any Town;CA;91921-1234;",
             "LABEL;TYPE=parcel,home:Mr.John Q. Public\\, Esq.\\nMail Drop: TNE QB",
             "TEL;TYPE=voice,work,msg;X-A=b:+1-213-555-1234",
             "EMAIL;TYPE=x400:jqpublic@xyz.example",
             "MAILER:PigeonMail 2.1",
             "TZ:-05:00",
             "GEO:37.386013;-122.082932",
             "TITLE:Director\\, Research and Development",
             "ROLE:Programmer",
             "LOGO;ENCODING=b;TYPE=PNG:iVBORw0KGgo=",
             "ORG:ABC\\, Inc.;North American Division;Marketing",
             "CATEGORIES:INTERNET,IETF,INDUSTRY",
             "NOTE:This fax number is operational 0800 to 1715 EST\\, Mon-Fri.",
             "SORT-STRING:Harten",
             "SOUND;ENCODING=b;TYPE=BASIC:MIICajCC",
             "UID:19950401-080045-40000F192713-0052",
             "URL:http://www.swbyps.restaurant.french/~chezchic.html",
             "CLASS:PRIVATE",
             "KEY;ENCODING=b;TYPE=PGP:AQIDBA==",
             "X-ANNIVERSARY:20110617",
             "X-GENDER:Female",
             "item1.X-ABDATE:2015-06-01",
         })
        check_line(3, line);
}

TEST_CASE("every word of TYPE is written as it was read") {
    for (const int version : {3, 4}) {
        for (const std::string word : {"home", "work", "fax", "cell", "pager", "video", "msg",
                                       "bbs", "modem", "car", "isdn", "pcs", "text", "textphone"})
            check_line(version, "TEL;TYPE=" + word + ":+1 213 555 1234");
        for (const std::string word : {"x400", "home", "work", "aol"})
            check_line(version, "EMAIL;TYPE=" + word + ":a@x.example");
        for (const std::string word : {"dom", "intl", "postal", "parcel", "home", "work"})
            check_line(version, "ADR;TYPE=" + word + ":;;Main Street 1;Ulm;;;");
        for (const std::string word : {"home", "work"})
            check_line(version, "URL;TYPE=" + word + ":https://x.example");
    }
    for (const std::string word : {"contact",   "acquaintance", "friend",   "met",   "co-worker",
                                   "colleague", "co-resident",  "neighbor", "child", "parent",
                                   "sibling",   "spouse",       "kin",      "muse",  "crush",
                                   "date",      "sweetheart",   "me",       "agent", "emergency"})
        check_line(4, "RELATED;TYPE=" + word + ":urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
}

TEST_CASE("jCard and xCard are read as vCard is") {
    const std::string text =
        card_text(read_card(card(4,
                                 "N:Berg;Ada;Cleo,Dora;Dr.,Prof.;PhD,MBA\r\nTITLE;PREF=2:Beirat\r\n"
                                 "TITLE;LANGUAGE=de;PREF=1:Leiterin\r\n"
                                 "ADR;LABEL=\"Haus Rot^nHof 3\":;;Am Quell 3;Bad Brunn;;;\r\n"
                                 "URL:https://maps.example/@48.1,11.5;x=1")),
                  4);
    CHECK(lines(text).contains("ADR;LABEL=\"Haus Rot^nHof 3\":;;Am Quell 3;Bad Brunn;;;"));
    CHECK(lines(text).contains("TITLE;PREF=1;LANGUAGE=de:Leiterin"));
    const std::string jcard =
        R"(["vcard",[["version",{},"text","4.0"],["fn",{},"text","Ann Lee"],
["n",{},"text",["Berg","Ada",["Cleo","Dora"],["Dr.","Prof."],["PhD","MBA"]]],
["title",{"pref":"2"},"text","Beirat"],["title",{"language":"de","pref":"1"},"text","Leiterin"],
["adr",{"label":"Haus Rot\nHof 3"},"text",["","","Am Quell 3","Bad Brunn","","",""]],
["url",{},"uri","https://maps.example/@48.1,11.5;x=1"]]])";
    CHECK(card_text(read_card(jcard), 4) == text);
    const std::string xcard =
        R"(<vcards xmlns="urn:ietf:params:xml:ns:vcard-4.0"><vcard><fn><text>Ann Lee</text></fn>
<n><surname>Berg</surname><given>Ada</given><additional>Cleo</additional><additional>Dora</additional>
<prefix>Dr.</prefix><prefix>Prof.</prefix><suffix>PhD</suffix><suffix>MBA</suffix></n>
<title><parameters><pref><integer>2</integer></pref></parameters><text>Beirat</text></title>
<title><parameters><language><language-tag>de</language-tag></language>
<pref><integer>1</integer></pref></parameters><text>Leiterin</text></title>
<adr><parameters><label><text>Haus Rot&#10;Hof 3</text></label></parameters>
<street>Am Quell 3</street><locality>Bad Brunn</locality></adr>
<url><uri>https://maps.example/@48.1,11.5;x=1</uri></url></vcard></vcards>)";
    CHECK(card_text(read_card(xcard), 4) == text);
}
