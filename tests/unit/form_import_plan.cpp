#include "form/import_cell.hpp"
#include "form/import_plan.hpp"
#include "form_drafts.hpp"

#include <doctest/doctest.h>

using namespace crm;
using namespace crm::form;

namespace {

Drafts imported(std::string_view csv, std::string_view noun = "contact",
                std::string_view map = {}) {
    Drafts drafts;
    const auto mapping = read_mapping(map);
    REQUIRE(mapping);
    const auto done =
        import_csv(csv, "people.csv", model(), model().get(noun), {.map = *mapping}, drafts);
    REQUIRE(done);
    return drafts;
}

Error refused(std::string_view csv, std::string_view map = {}) {
    Drafts drafts;
    const auto mapping = read_mapping(map);
    REQUIRE(mapping);
    const auto done =
        import_csv(csv, "people.csv", model(), model().get("contact"), {.map = *mapping}, drafts);
    REQUIRE(!done);
    return done.error();
}

}  // namespace

TEST_CASE("a plain table is understood by its header") {
    const auto got = imported(
        "id,first_name,last_name,email,phone,company,city,tags,note,created,birthday\n"
        "7,Ada,Lovelace,ada@example.org,+44 20 7946 0018,Engine "
        "Ltd,London,\"math,vip\",first,2021-04-15,1815-12-10\n");
    REQUIRE(got.drafts.size() == 1);
    CHECK(got.drafts[0].line == 2);
    CHECK(got.at(0, "name") == "Ada Lovelace");
    CHECK(got.at(0, "given_name") == "Ada");
    CHECK(got.at(0, "email") == "ada@example.org");
    CHECK(got.at(0, "phone") == "+44 20 7946 0018");
    CHECK(got.at(0, "address.city") == "London");
    CHECK(got.at(0, "tags") == "math; vip");
    CHECK(got.at(0, "description") == "first");
    CHECK(got.at(0, "created_at") == "2021-04-15");
    CHECK(got.at(0, "birthday") == "1815-12-10");
    CHECK(got.account(0, "name") == "Engine Ltd");
    CHECK(got.at(0, "extra").empty());
}

TEST_CASE("own exports map exactly") {
    const auto got = imported(
        "id,uid,name,account,emails,tags,address,address.country,extra,updated_at\n"
        "c7,0190,Ada,Engine Ltd,a@x.org (work); b@x.org,math; vip,\"1 High St; E1; "
        "London\",UK,X-A:1,2026-01-01T00:00:00Z\n");
    CHECK(got.at(0, "id") == "c7");
    CHECK(got.at(0, "uid") == "0190");
    CHECK(got.at(0, "emails") == "a@x.org (work); b@x.org");
    CHECK(got.at(0, "tags") == "math; vip");
    CHECK(got.at(0, "address") == "1 High St; E1; London");
    CHECK(got.at(0, "address.country") == "UK");
    CHECK(got.at(0, "extra") == "X-A:1");
    CHECK(got.at(0, "updated_at").empty());
    CHECK(got.account(0, "name") == "Engine Ltd");
}

TEST_CASE("Google: numbered columns, labels, several values in a cell") {
    const auto got = imported(
        "First Name,Last Name,Organization Name,Birthday,Labels,E-mail 1 - Label,E-mail 1 - "
        "Value,E-mail 2 - Label,E-mail 2 - Value,"
        "Phone 1 - Label,Phone 1 - Value,Address 1 - Label,Address 1 - Street,Address 1 - "
        "City,Address 2 - Label,Address 2 - City\n"
        "Eva,Novak,Sun,--03-07,* myContacts ::: Friends,Home,e@h.cz,* Work,e@w.cz ::: "
        "e2@w.cz,Boat's,123 4567,Home,Dlouhá 5,Praha,Work,Brno\n");
    CHECK(got.at(0, "emails") == "e@w.cz (work); e2@w.cz (work); e@h.cz (home)");
    CHECK(got.at(0, "phones") == "123 4567 (Boat's)");
    CHECK(got.at(0, "tags") == "myContacts; Friends");
    CHECK(got.at(0, "birthday") == "--03-07");
    CHECK(got.at(0, "address.city") == "Praha");
    CHECK(got.at(0, "address.type") == "home");
    CHECK(got.at(0, "extra").find("Brno") != std::string::npos);
    CHECK(got.account(0, "name") == "Sun");
}

TEST_CASE("Outlook: prefix, three addresses, the company's own telephone") {
    const auto got = imported(
        "Title,First Name,Last Name,Company,Business Street,Business City,Home City,Company Main "
        "Phone,Business Phone,Home Fax,Primary Phone,"
        "E-mail Address,E-mail Type,E-mail 2 Address,Birthday,Account,Gender\n"
        "Dr.,Ida,Rhodes,Bureau,5 Main "
        "St,Washington,Bethesda,100,200,300,400,i@b.gov,SMTP,i@home.net,0/0/00,4711,Unspecified\n");
    CHECK(got.at(0, "prefix") == "Dr.");
    CHECK(got.at(0, "title").empty());
    CHECK(got.at(0, "phones") == "400; 200 (work); 300 (home, fax)");
    CHECK(got.at(0, "emails") == "i@b.gov; i@home.net");
    CHECK(got.at(0, "address.city") == "Washington");
    CHECK(got.at(0, "address.type") == "work");
    CHECK(got.at(0, "birthday").empty());
    CHECK(got.account(0, "phones") == "100 (main)");
    CHECK(got.at(0, "extra").find("Bethesda") != std::string::npos);
    CHECK(got.at(0, "extra").find("4711") != std::string::npos);
    CHECK(got.at(0, "extra").find("Unspecified") == std::string::npos);
}

TEST_CASE("numbers of other programs become references") {
    CHECK(imported("Contact ID,First Name,Email,Company\nCT-1,A,a@x.org,Acme\n").at(0, "refs") ==
          "hubspot:CT-1");
    const auto force = imported(
        "\"ID\",\"ACCOUNTID\",\"LASTNAME\",\"CREATEDDATE\",\"OWNERID\"\n\"003x\",\"001x\",\"Doe\","
        "\"2006-04-15T03:23:15.000Z\",\"005x\"\n");
    CHECK(force.at(0, "refs") == "salesforce:003x");
    CHECK(force.account(0, "refs") == "salesforce:001x");
    CHECK(force.at(0, "created_at") == "2006-04-15T03:23:15.000Z");
    const auto mapped = imported("Nr,Name\n12,A\nmoco:7,B\n", "contact", "Nr=ref");
    CHECK(mapped.at(0, "refs") == "csv:12");
    CHECK(mapped.at(1, "refs") == "moco:7");
}

TEST_CASE("a table that mixes people and companies says which is which") {
    const auto got = imported(
        "ID,Name,Company Type,Related Company,Customer,Street,City,Phone\n"
        "p_1,Acme,Company,,TRUE,1 Road,Rome,123\np_2,Bo,Individual,Acme,,,,456\n");
    REQUIRE(got.drafts.size() == 2);
    CHECK(got.drafts[0].noun == "account");
    CHECK(got.at(0, "refs") == "odoo:p_1");
    CHECK(got.at(0, "type") == "Customer");
    CHECK(got.at(0, "billing_address.city") == "Rome");
    CHECK(got.drafts[1].noun == "contact");
    CHECK(got.account(1, "name") == "Acme");
}

TEST_CASE("Mailchimp: quoted tags, and who asked for no mail") {
    const auto got = imported(
        "Email "
        "Address,MEMBER_RATING,LEID,EUID,TAGS,UNSUB_TIME\na@x.org,2,1,b,\"\"\"VIP\"\","
        "\"\"Blog\"\"\",2021-02-03 04:05:06\nb@x.org,2,1,b,,\n");
    CHECK(got.at(0, "tags") == "VIP; Blog");
    CHECK(got.at(0, "do_not_mail") == "yes");
    CHECK(got.at(0, "extra").find("2021-02-03 04:05:06") != std::string::npos);
    CHECK(got.at(1, "do_not_mail").empty());
}

TEST_CASE("what has no field is kept as it was") {
    const auto got = imported("Name,Shoe \"size\",\nA,\"4;5\nwide\\\",x\n");
    CHECK(got.at(0, "extra").starts_with("X-COLUMN;NAME="));
    CHECK(got.at(0, "extra").find("Shoe ^'size^'") != std::string::npos);
    CHECK(got.at(0, "extra").find(":4\\;5\\nwide\\\\\n") != std::string::npos);
    // A company without name is none; what is told of it stays with the person.
    CHECK(imported("Name,Company Phone\nA,123\n").at(0, "extra").find("123") != std::string::npos);
}

TEST_CASE("a column's dates are read the way its clear ones are") {
    const auto day = imported("Name,Birthday\nA,03/04/1990\nB,13/04/1990\n");
    CHECK(day.at(0, "birthday") == "1990-04-03");
    CHECK(imported("Name,Birthday\nA,03/04/1990\nB,04/13/1990\n").at(0, "birthday") ==
          "1990-03-04");
    CHECK(imported("Name,Birthday\nA,03/04/1990\n").at(0, "birthday") == "03/04/1990");
    CHECK(imported("Name,Birthday\nA,03/04/1990\nB,13/04/1990\nC,04/13/1990\n").at(0, "birthday") ==
          "03/04/1990");
    CHECK(imported("Name,Created\nA,15/03/2024 10:30\n").at(0, "created_at") == "2024-03-15T10:30");
    CHECK(birthday_of("1970", "1", "5") == "1970-01-05");
    CHECK(birthday_of("", "11", "15") == "--11-15");
    CHECK(birthday_of("1970", "", "") == "1970");
}

TEST_CASE("names are joined as their owners write them") {
    CHECK(whole_name("Ada", "", "Lovelace") == "Ada Lovelace");
    CHECK(whole_name("一郎", "", "佐藤") == "佐藤一郎");
    CHECK(whole_name("", "", "Lovelace") == "Lovelace");
}

TEST_CASE("rows that cannot be taken are named") {
    const auto got = imported(
        "Notes:\n\"A, b\"\n\nFirst Name,Last "
        "Name,URL\nA,B,\n,,http://x.org\n,,\nC,D\nE,F,,\nG,H,,x\n");
    REQUIRE(got.drafts.size() == 3);
    CHECK(got.drafts[0].line == 5);
    CHECK(got.at(1, "name") == "C D");
    CHECK(got.at(2, "name") == "E F");
    REQUIRE(got.troubles.size() == 2);
    CHECK(got.troubles[0].line == 6);
    CHECK(got.troubles[1].why == "4 cells where the header has 3");
    CHECK(got.troubles[1].raw == "G,H,,x");
    CHECK(got.troubles[1].line == 10);
}

TEST_CASE("a mapping goes before everything, and is checked") {
    const auto got = imported("Name,Firma,Handy,Ort\nA,Acme,123,Rom\n", "contact",
                              "Firma=account,Handy=phones(work, mobile),Ort=");
    CHECK(got.account(0, "name") == "Acme");
    CHECK(got.at(0, "phones") == "123 (work, mobile)");
    CHECK(got.at(0, "address.city").empty());
    CHECK(refused("Name\nA\n", "Nam=name").code == "unknown_column");
    CHECK(refused("Name\nA\n", "Name=emial").candidates.at(0) == "email");
    CHECK(refused("column1,column2\n1,2\n").code == "no_usable_column");
    CHECK(refused("").code == "empty");
    CHECK(!read_mapping("name"));
    CHECK(read_mapping("a\\=b=c,d=")->front() == std::pair<std::string, std::string>{"a=b", "c"});
}

TEST_CASE("the spreadsheet's prefix is taken off") {
    CHECK(imported("Name\n'=1+1\n").at(0, "name") == "=1+1");
}
