#include "form/card.hpp"
#include "meta/type.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

using namespace crm;
using namespace crm::form;

namespace {

struct Basket : Intake {
    std::vector<Draft> drafts;
    std::vector<Trouble> troubles;
    void take(Draft&& draft) override { drafts.push_back(std::move(draft)); }
    void trouble(Trouble&& trouble) override { troubles.push_back(std::move(trouble)); }
    void progress(std::size_t) override {}
};

Basket basket(const std::string& bytes) {
    Basket all;
    read_cards(bytes, "x.vcf", all);
    return all;
}

Draft one(const std::string& lines, const std::string& version = "3.0") {
    Basket all = basket("BEGIN:VCARD\r\nVERSION:" + version + "\r\n" + lines + "END:VCARD\r\n");
    REQUIRE(all.drafts.size() == 1);
    return std::move(all.drafts[0]);
}

std::string told(const Draft& draft, std::string_view field) {
    const std::string* value = draft.find(field);
    return value ? *value : "";
}

/// What a store would keep of a draft, as it would be exported.
Exported exported(const Draft& draft) {
    Exported record{draft.noun, {}, {}, {}, draft.files};
    for (const DraftField& t : draft.fields) {
        if (t.field == "uid")
            record.uid = t.value;
        else
            record.fields.emplace_back(t.field, t.value);
    }
    if (draft.account)
        record.fields.emplace_back("account", told(*draft.account, "name"));
    for (const DraftField& t : draft.link)
        record.link.emplace_back(t.field, t.value);
    return record;
}

}  // namespace

TEST_CASE("a person with everything") {
    const Draft d = one(
        "UID:urn:uuid:0190A5C0-1111-7000-8000-00000000000A\r\nFN:Dr. Ada "
        "Lovelace\r\nN:Lovelace;Ada;Augusta,King;Dr.;MD,PhD\r\nNICKNAME:Ada,Countess\r\n"
        "EMAIL;TYPE=HOME:ada@home.example\r\nEMAIL;TYPE=INTERNET,WORK,PREF:ada@work."
        "example\r\nitem1.TEL:tel:+44-1;ext=2\r\nitem1.X-ABLabel:_$!<Assistant>!$_\r\n"
        "TEL;TYPE=CELL,VOICE:p1w2\r\nURL:http\\://"
        "ada.example\r\nX-SOCIALPROFILE;TYPE=mastodon:https://m.example/@ada\r\nORG:Engines\\; "
        "Ltd;Research;Lab\r\n"
        "TITLE:Countess\r\nROLE:Analyst\r\nADR;TYPE=HOME:;;Old "
        "1;Oxford;;1;UK\r\nADR;TYPE=WORK,POSTAL,PREF:PO 1;Suite 2;New 3\\nBack;London;LDN;N1;UK\r\n"
        "BDAY:1815-12-10T00:00:00Z\r\nNOTE:one\\ntwo\r\nNOTE:three\r\nCATEGORIES:math,a\\,"
        "b\r\nLANG:en\r\nTZ:Europe/London\r\nX-FOO;BAR=1:x\r\nREV:1\r\nPRODID:x\r\n");
    CHECK(d.noun == "contact");
    const std::map<std::string, std::string> expected = {
        {"uid", "0190a5c0-1111-7000-8000-00000000000a"},
        {"name", "Dr. Ada Lovelace"},
        {"family_name", "Lovelace"},
        {"given_name", "Ada"},
        {"middle_name", "Augusta King"},
        {"prefix", "Dr."},
        {"suffix", "MD, PhD"},
        {"nickname", "Ada, Countess"},
        {"emails", "ada@work.example (work); ada@home.example (home)"},
        {"phones", "p1w2 (cell); +44-1\\;ext=2 (Assistant)"},
        {"urls", "http://ada.example; https://m.example/@ada (mastodon)"},
        {"title", "Countess"},
        {"department", "Research; Lab"},
        {"address.street", "PO 1\nSuite 2\nNew 3\nBack"},
        {"address.city", "London"},
        {"address.region", "LDN"},
        {"address.postcode", "N1"},
        {"address.country", "UK"},
        {"address.type", "work"},
        {"birthday", "1815-12-10"},
        {"description", "one\ntwo\nthree"},
        {"tags", "math; a,b"},
        {"language", "en"},
        {"timezone", "Europe/London"},
        {"extra",
         "N;X-CRM-FIELD=family_name:Lovelace;Ada;Augusta,King;Dr.;MD,PhD\n"
         "X-SOCIALPROFILE;TYPE=mastodon;X-CRM-FIELD=urls:https://m.example/@ada\n"
         "ROLE:Analyst\nADR;TYPE=HOME:;;Old 1;Oxford;;1;UK\n"
         "ADR;TYPE=WORK,POSTAL,PREF;X-CRM-FIELD=address:PO 1;Suite 2;New "
         "3\\nBack;London;LDN;N1;UK\nX-FOO;BAR=1:x"}};
    for (const auto& [field, value] : expected)
        CHECK_MESSAGE(told(d, field) == value, field);
    CHECK(d.fields.size() == expected.size());
    REQUIRE(d.account);
    CHECK(told(*d.account, "name") == "Engines; Ltd");
    CHECK(d.account->noun == "account");
}

TEST_CASE("a name is found where there is none") {
    CHECK(told(one("N:Doe;John;;Mr.;Jr.\r\n"), "name") == "Mr. John Doe Jr.");
    CHECK(told(one("N:安藤;ロイド;;;\r\n"), "name") == "安藤ロイド");
    CHECK(told(one("ORG:Acme\r\n"), "name") == "Acme");
    CHECK(told(one("NICKNAME:Bob\r\n"), "name") == "Bob");
    CHECK(told(one("FN: \r\nEMAIL:a@b.example\r\n"), "name") == "a@b.example");
    CHECK(told(one("TEL:+1 23\r\n"), "name") == "+1 23");
    const Basket none = basket("BEGIN:VCARD\r\nNOTE:x\r\nEND:VCARD\r\n");
    CHECK(none.drafts.empty());
    REQUIRE(none.troubles.size() == 1);
    CHECK(none.troubles[0].rejected);
    CHECK(none.troubles[0].raw.starts_with("BEGIN:VCARD"));
}

TEST_CASE("companies are accounts") {
    for (const std::string lines : {"KIND:org\r\nFN:Acme\r\nORG:Acme;\r\n",
                                    "FN:Acme\r\nN:;;;;\r\nORG:Acme\r\nX-ABShowAs:COMPANY\r\n"}) {
        const Draft d = one(lines + "TEL:+1 23\r\nADR:;;A 1;B;;;\r\nTITLE:x\r\n", "4.0");
        CHECK(d.noun == "account");
        CHECK(told(d, "name") == "Acme");
        CHECK(told(d, "billing_address.city") == "B");
        CHECK(told(d, "extra") == "TITLE:x");
        CHECK_FALSE(d.account);
    }
    CHECK(one("KIND:org\r\nFN:Ada\r\nN:L;A;;;\r\n").noun == "contact");
    CHECK(one("FN:Ada\r\nORG:Acme\r\nX-ABShowAs:COMPANY\r\n").noun == "contact");
}

TEST_CASE("birthdays in all their forms") {
    const std::map<std::string, std::string> forms = {{"19960415", "1996-04-15"},
                                                      {"1996-04-15", "1996-04-15"},
                                                      {"--0415", "--04-15"},
                                                      {"--04-15", "--04-15"},
                                                      {"19531015T231000Z", "1953-10-15"},
                                                      {"1996-04-15 10:00", "1996-04-15"},
                                                      {"1604-02-29", "--02-29"},
                                                      {"--0229", "--02-29"}};
    for (const auto& [card, field] : forms)
        CHECK_MESSAGE(told(one("FN:x\r\nBDAY:" + card + "\r\n"), "birthday") == field, card);
    for (const std::string odd : {"circa 1800", "---15", "1996-13-01", "19970229", "T12", "--"}) {
        const Draft d = one("FN:x\r\nBDAY;VALUE=text:" + odd + "\r\n");
        const auto told_aside = std::find_if(d.fields.begin(), d.fields.end(),
                                             [](const DraftField& t) { return t.keep_as_extra; });
        REQUIRE(told_aside != d.fields.end());
        CHECK(told_aside->value == odd);
        CHECK(told_aside->source == "BDAY;VALUE=text:" + odd);
    }
}

TEST_CASE("what a field would refuse stays with the card") {
    const Draft d =
        one("FN:x\r\nEMAIL:nobody\r\nEMAIL:Ada "
            "<ada@x.example>\r\nTEL:unknown\r\nTZ:-0500\r\nUID:abc\r\nN;ALTID=1:A\r\nN;ALTID=1:"
            "B\r\nORG:A\r\nORG:B\r\n",
            "4.0");
    CHECK(told(d, "emails") == "ada@x.example");
    CHECK(told(d, "refs") == "vcard:abc");
    CHECK(told(d, "family_name") == "A");
    CHECK(told(d, "extra") ==
          "EMAIL:nobody\nEMAIL;X-CRM-FIELD=emails:Ada <ada@x.example>\nTZ:-0500\n"
          "N;ALTID=1;X-CRM-FIELD=family_name:A\nN;ALTID=1:B\nORG:B");
}

TEST_CASE("files come with the card") {
    for (const std::string photo :
         {"PHOTO;ENCODING=b;TYPE=PNG:SGVsbG8=\r\n", "PHOTO:data:image/png;base64\\,SGVsbG8=\r\n",
          "PHOTO:data:image/png;base64,SGVsbG8=\r\n"}) {
        const Draft d = one("FN:x\r\n" + photo, "4.0");
        REQUIRE(d.files.size() == 1);
        CHECK(d.files[0].role == "photo");
        CHECK(d.files[0].media_type == "image/png");
        CHECK(d.files[0].bytes == "Hello");
    }
    CHECK(told(one("FN:x\r\nPHOTO:http://x.example/a.png\r\n"), "extra") ==
          "PHOTO:http://x.example/a.png");
}

TEST_CASE("whole files, whatever is in them") {
    Basket all = basket(
        "BEGIN:VCARD\nVERSION:2.1\nN:p\nAGENT:\nBEGIN:VCARD\nN:a\nEND:VCARD\nEND:VCARD\nBEGIN:"
        "VCARD\nFN:q\n");
    REQUIRE(all.drafts.size() == 3);
    CHECK(told(all.drafts[1], "name") == "a");
    REQUIRE(all.troubles.size() == 1);
    CHECK_FALSE(all.troubles[0].rejected);
    CHECK(all.troubles[0].line == 9);
    std::string wide = "\xFE\xFF";
    for (const char c : std::string("BEGIN:VCARD\r\nFN:A\r\nEND:VCARD\r\n"))
        (wide += '\0') += c;
    CHECK(basket(wide).drafts.size() == 1);
    CHECK(basket("\xEF\xBB\xBF").troubles.empty());
    CHECK(basket("").troubles.empty());
    CHECK(basket(std::string(1000, '\0')).troubles.size() == 1);
    CHECK(basket("hello\n").troubles.back().why == "the file has no card");
    CHECK(basket("<vcards><vcard><fn><text>A</text></fn></vcard></vcards>").drafts.size() == 1);
    CHECK(basket("[\"vcard\",[[\"fn\",{},\"text\",\"A\"]]]").drafts.size() == 1);
    CHECK(basket("<x>").troubles.size() == 1);
}

TEST_CASE("a contact as a card") {
    const Exported ada{"contact",
                       "0190a5c0-1111-7000-8000-00000000000a",
                       {{"name", "Ada; L"},
                        {"family_name", "L"},
                        {"emails", "a@x.example (work); b@x.example (Grandma's)"},
                        {"phones", "+1-2\\;ext=3"},
                        {"account", "Acme"},
                        {"accounts", "Old Ltd"},
                        {"department", "R&D"},
                        {"birthday", "--12-10"},
                        {"do_not_mail", "yes"},
                        {"refs", "hubspot:1; vcard:abc"},
                        {"tags", "vip; b c"},
                        {"extra", "item1.X-A;B=c:d\nGENDER:F"}},
                       {{"role", "CEO"}},
                       {}};
    CHECK(card_text(ada, 4) ==
          "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:abc\r\nX-CRM-UID:0190a5c0-1111-7000-8000-"
          "00000000000a\r\nX-CRM-REF:hubspot:1\r\nFN:Ada\\; L\r\nN:L;;;;\r\nORG:Acme;R&D\r\n"
          "X-CRM-ACCOUNT-ROLE:CEO\r\nEMAIL;PREF=1;TYPE=work:a@x.example\r\nitem2.EMAIL:b@x."
          "example\r\nitem2.X-ABLabel:Grandma's\r\nTEL;VALUE=uri:tel:+1-2;ext=3\r\nBDAY:--1210\r\n"
          "CATEGORIES:vip,b c\r\nX-CRM-ACCOUNTS:Old "
          "Ltd\r\nX-CRM-DO-NOT-MAIL:yes\r\nitem1.X-A;B=c:d\r\nGENDER:F\r\nEND:VCARD\r\n");
    CHECK(card_text(ada, 3).find("BDAY;X-APPLE-OMIT-YEAR=1604:1604-12-10\r\n") !=
          std::string::npos);
    CHECK(card_text(ada, 3).find("EMAIL;TYPE=pref,work:a@x.example\r\n") != std::string::npos);
}

namespace {

class Inventor {
public:
    explicit Inventor(unsigned seed) : random_(seed) {}

    int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

    std::string line() {
        static const std::vector<std::string> pieces = {"a",
                                                        "Zoë",
                                                        "安",
                                                        ";",
                                                        ",",
                                                        "\\",
                                                        ":",
                                                        "\"",
                                                        "^",
                                                        "n",
                                                        " x",
                                                        "(",
                                                        ")",
                                                        "=",
                                                        "%",
                                                        "'",
                                                        "item1.",
                                                        "\\n",
                                                        "TEL",
                                                        "😀",
                                                        "tel:9",
                                                        "_$!<h>!$_",
                                                        "longer words to be folded"};
        std::string s;
        for (int i = 1 + below(6); i > 0; --i)
            s += pieces[static_cast<std::size_t>(below(static_cast<int>(pieces.size())))];
        while (s.front() == ' ')
            s.erase(0, 1);
        return s;
    }

    std::string prose() { return below(3) ? line() : line() + "\n" + line(); }

    std::string list(const std::vector<std::string>& values) {
        std::vector<meta::Item> items;
        for (int i = 1 + below(3); i > 0; --i) {
            meta::Item item{
                values[static_cast<std::size_t>(below(static_cast<int>(values.size())))] +
                    std::to_string(i),
                {}};
            if (below(2))
                item.labels.push_back(below(2) ? "work" : "fax");
            if (below(3) == 0)
                item.labels.push_back(line());
            items.push_back(std::move(item));
        }
        return meta::items_text(items);
    }

    Exported record() {
        Exported r{below(4) ? "contact" : "account",
                   "0190a5c0-1111-7000-8000-0000000000" + std::to_string(10 + below(89)),
                   {{"name", line()}},
                   {},
                   {}};
        const auto may = [&](std::string field, std::string value) {
            if (below(2))
                r.fields.emplace_back(std::move(field), std::move(value));
        };
        may("emails", list({"a@x.example", "\"q\"@y.example"}));
        may("phones", list({"+1 2", "1;ext=", "p1w", "(0) 1,2;", "sip:a@b"}));
        may("urls", list({"http://x.example/;", "www.a,b", "a b"}));
        may("tags", meta::items_text(std::vector<meta::Item>{{line(), {}}, {"vip", {}}}));
        may("description", prose());
        may("source", "Web Site");
        may("owner", line());
        may("created_at", "2026-01-02T03:04:05Z");
        if (r.noun == "contact") {
            for (const std::string field :
                 {"family_name", "given_name", "middle_name", "prefix", "suffix", "nickname",
                  "title", "department", "preferred_time", "account"})
                may(field, line());
            may("birthday", below(2) ? "--02-29" : below(2) ? "1990" : "1990-02-03");
            may("language", below(2) ? "zh-Hant" : line());
            may("timezone", below(2) ? "Europe/Paris" : "CET");
            may("do_not_mail", "yes");
            may("accounts", line());
            for (const std::string part :
                 {"street", "city", "region", "postcode", "country", "type"})
                may("address." + part, part == "type"     ? (below(2) ? "work, home" : line())
                                       : part == "street" ? prose()
                                                          : line());
            if (below(2))
                r.link.emplace_back("role", line());
            may("extra", "X-A;B=\"c,d\":e\\,f\nGENDER:F\nitem1.X-B:" + std::string(100, 'q'));
        } else {
            may("industry", line());
            may("billing_address.city", line());
            may("shipping_address.city", line());
        }
        if (below(3) == 0)
            r.fields.emplace_back("refs", meta::items_text(std::vector<meta::Item>{
                                              {"vcard:" + line(), {}}, {"hubspot:1", {}}}));
        if (below(4) == 0)
            r.files.push_back({"photo", "image/png", std::string("\0\x01\xFF", 3)});
        return r;
    }

private:
    std::mt19937 random_;
};

std::map<std::string, std::string> facts(const Exported& record) {
    std::map<std::string, std::string> all(record.fields.begin(), record.fields.end());
    for (const auto& [field, value] : record.link)
        all["link." + field] = value;
    all["uid"] = record.uid;
    all["noun"] = record.noun;
    return all;
}

}  // namespace

TEST_CASE("export, import, export: nothing is lost and the bytes are the same") {
    for (unsigned seed = 1; seed <= 1500; ++seed) {
        const Exported before = Inventor(seed).record();
        for (const int version : {4, 3}) {
            const std::string text = card_text(before, version);
            INFO("seed ", seed, "\n", text);
            Basket back = basket(text);
            REQUIRE(back.drafts.size() == 1);
            REQUIRE(back.troubles.empty());
            const Exported after = exported(back.drafts[0]);
            const auto a = facts(before), b = facts(after);
            for (const auto& [field, value] : a) {
                const auto found = b.find(field);
                REQUIRE_MESSAGE(found != b.end(), field);
                REQUIRE_MESSAGE(found->second == value, field);
            }
            REQUIRE(a.size() == b.size());
            REQUIRE(after.files.size() == before.files.size());
            const std::string again = card_text(after, version);
            REQUIRE(again.size() == text.size());
            REQUIRE(card_text(exported(basket(again).drafts.at(0)), version) == again);
        }
    }
}
