#include "query/check.hpp"
#include "query/path.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace crm;
using namespace crm::query;

namespace {

struct Bench {
    meta::Model model;
    Clock clock{{1795514400}, ""};  // Tue 2026-11-24T10:00:00Z
    Context context{.model = model, .clock = clock, .dialect = &sql::sqlite_dialect()};

    Error fault(const std::string& text, std::string_view noun = "contact") {
        auto parsed = parse(std::span(&text, 1));
        REQUIRE_MESSAGE(parsed.has_value(), text);
        auto checked = check(*parsed, model.get(noun), context);
        REQUIRE_FALSE_MESSAGE(checked.has_value(), text);
        const Error e = checked.error();
        CHECK(e.fault == Fault::usage);
        CHECK(e.place == text);
        return e;
    }
    std::string tree(const std::string& text, std::string_view noun = "contact") {
        auto parsed = parse(std::span(&text, 1));
        REQUIRE_MESSAGE(parsed.has_value(), text);
        auto checked = check(*parsed, model.get(noun), context);
        REQUIRE_MESSAGE(checked.has_value(), text, ": ", checked.error().message);
        return tree_text(checked->predicate);
    }
};

}  // namespace

TEST_CASE_FIXTURE(Bench, "an unknown name is a fault with its place and the nearest right ones") {
    auto e = fault("title:x acount.name:y");
    CHECK(e.code == "unknown_field");
    CHECK(e.at == 8);
    REQUIRE_FALSE(e.candidates.empty());
    CHECK(e.candidates[0] == "account");
    e = fault("account.industri:y");
    CHECK(e.at == 8);
    CHECK(e.candidates[0] == "industry");
    e = fault("accounts.rolle:y");
    CHECK(e.at == 9);
    CHECK(e.candidates[0] == "role");
    e = fault("address.town:y");
    CHECK(e.message == "address has no part 'town'");
    CHECK(fault("title.x:y").message == "title has no parts");
    CHECK(fault("about.contakt.name:x", "note").candidates[0] == "contact");
    CHECK(fault("qqqqqqqq:1").hint.find("crm fields contact") != std::string::npos);
    CHECK(fault("account.account.account.account.account.account.name:x").code ==
          "query_too_large");
}

TEST_CASE_FIXTURE(Bench, "an unknown word is never taken as text") {
    auto e = fault("source:tradeshw");
    CHECK(e.code == "unknown_word");
    CHECK(e.at == 7);
    CHECK(e.candidates[0] == "Trade Show");
    e = fault("is:mime");
    CHECK(e.candidates[0] == "mine");
    context.tags = [] { return std::vector<std::string>{"vip", "winback"}; };
    e = fault("+vpi");
    CHECK(e.code == "unknown_tag");
    CHECK(e.candidates[0] == "vip");
    context.segment = [](std::string_view name) -> std::optional<Segment> {
        if (name == "bad")
            return Segment{"contact", "title:x nme:y"};
        return std::nullopt;
    };
    context.segments = [] { return std::vector<std::string>{"hot-emea"}; };
    CHECK(fault("@hot-emae").candidates[0] == "hot-emea");
    const std::string text = "@bad";
    auto parsed = parse(std::span(&text, 1));
    auto checked = check(*parsed, model.get("contact"), context);
    REQUIRE_FALSE(checked.has_value());
    CHECK(checked.error().message == "in segment 'bad': contact has no field 'nme'");
    CHECK(checked.error().place == "title:x nme:y");
    CHECK(checked.error().at == 8);
}

TEST_CASE_FIXTURE(Bench, "a value must be of its field's type") {
    CHECK(fault("owner:me").code == "no_user");
    CHECK(fault("do_not_call:maybe").code == "bad_value");
    CHECK(fault("employees:lots", "account").code == "bad_amount");
    CHECK(fault("employees:1,200", "account").message.find("1200 or 1.200") != std::string::npos);
    CHECK(fault("revenue:10kEUR..20kUSD", "account").code == "bad_value");
    CHECK(fault("employees:5EUR", "account").code == "bad_value");
    CHECK(fault("created_at:03/04/26").at == 11);
    CHECK(fault("created_at:yestreday").at == 11);
    CHECK(fault("title:>x").code == "bad_operator");
    CHECK(fault("source:^x").code == "bad_operator");
    CHECK(fault("employees:>1..2", "account").code == "bad_operator");
    CHECK(fault("employees:..", "account").code == "bad_value");
    CHECK(fault("employees:>(1,2)", "account").code == "bad_operator");
    CHECK(fault("name:\"!!\"").code == "bad_value");
    CHECK(fault("?!").code == "bad_value");
    CHECK(fault("id:x").code == "bad_amount");
    CHECK(fault("about:acme", "note").code == "bad_value");
    CHECK(fault("title:/a(b/").at == 10);
    CHECK(fault("title:~a**").at == 8);
    CHECK(fault("count(title):1").code == "bad_query");
    CHECK(fault("every(title:x)").code == "bad_query");
    CHECK(fault("every(accounts.role:x title:y)").code == "bad_query");
    CHECK(fault("every(accounts.role:x word)").code == "bad_query");
    CHECK(fault("account:>x").code == "bad_operator");
}

TEST_CASE_FIXTURE(Bench, "the checked form shows what dates became") {
    CHECK(tree("") == "all records\n");
    CHECK(tree("created_at:-7d.. (title:x or -+y)") ==
          "all of\n  created_at:-7d..  = 2026-11-17T00:00:00Z..\n  any of\n    title:x\n    not\n  "
          "    +y\n");
    context.me = 7;
    CHECK(tree("is:mine") == "is:mine\n  owner:me\n");
}

TEST_CASE_FIXTURE(Bench, "what may begin a path") {
    const auto words = path_words({&model.get("account"), nullptr}, model);
    for (auto w : {"name", "id", "is", "contact", "contacts", "subsidiaries", "notes"})
        CHECK(std::ranges::find(words, w) != words.end());
    CHECK(std::ranges::find(words, "accounts") == words.end());
}
