#include "mail/delivery.hpp"
#include "mail/journal.hpp"
#include "mail/markdown.hpp"
#include "mail/rate.hpp"
#include "mail/smtp.hpp"
#include "mail/template.hpp"
#include "mail/token.hpp"
#include "mail/unsubscribe.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <deque>
#include <filesystem>
#include <map>
#include <random>
#include <stdlib.h>
#include <string>

using namespace crm;
using namespace crm::mail;

TEST_CASE("a mail that has left never becomes one that is sent by itself") {
    constexpr Mark marks[] = {Mark::none, Mark::dot, Mark::sent, Mark::queued, Mark::failed};
    for (const Mark mark : marks)
        for (const bool journal : {true, false}) {
            const State state = recovered(mark, journal);
            if (mark == Mark::dot || mark == Mark::sent)
                CHECK(state != State::queued);
            if (mark == Mark::none)
                CHECK((state == State::queued) == journal);
        }
    for (int attempts = 0; attempts < 40; ++attempts)
        for (const std::int64_t age : {0, 1000, 431999, 432000, 10'000'000}) {
            const Instant due{1'790'000'000}, now{due.seconds + age};
            CHECK(settle(Outcome::unanswered, attempts, due, now, {}).state == State::unsure);
            CHECK(settle(Outcome::accepted, attempts, due, now, {}).state == State::sent);
            CHECK(settle(Outcome::refused, attempts, due, now, {}).state == State::failed);
            const Settled later = settle(Outcome::deferred, attempts, due, now, {});
            CHECK((later.state == State::failed) == (age >= 432000));
            if (later.next_at) {
                CHECK(later.next_at->seconds - now.seconds >= 300);
                CHECK(later.next_at->seconds - now.seconds <= 4 * 3600);
            }
            const Settled not_reached = settle(Outcome::not_reached, attempts, due, now, {});
            CHECK((not_reached.state == State::queued && not_reached.attempts == attempts));
        }
    for (const std::string_view name :
         {"Draft", "Queued", "Held", "Trying", "Sent", "Failed", "Unsure", "Cancelled"})
        CHECK(word(*state_named(name)) == name);
}

TEST_CASE("the journal knows the last mark of each mail, up to where it is damaged") {
    char folder[] = "/tmp/crm-journal-XXXXXX";
    REQUIRE(::mkdtemp(folder) != nullptr);
    const std::string path = std::string(folder) + "/a.db";
    {
        Journal journal(path);
        REQUIRE(journal.locked());
        CHECK_FALSE(Journal(path).locked());
        CHECK_FALSE(journal.read(7, 1).valid);
        journal.begin(7);
        journal.append(11, 1, Mark::dot);
        journal.append(12, 2, Mark::dot);
        journal.append(12, 2, Mark::sent);
        journal.append(13, 2, Mark::dot);
    }
    Journal journal(path);
    const auto content = journal.read(7, 2);
    CHECK((content.valid && content.same_boot));
    CHECK(content.marks == std::map<std::int64_t, Mark>{{12, Mark::sent}, {13, Mark::dot}});
    CHECK_FALSE(journal.read(8, 2).valid);
    std::filesystem::resize_file(journal_path(path), 24 + 24 * 2 + 10);
    CHECK(journal.read(7, 2).marks == std::map<std::int64_t, Mark>{{12, Mark::dot}});
    std::filesystem::remove_all(folder);
}

TEST_CASE("tokens name a mail and cannot be made up") {
    for (const std::int64_t mail :
         {std::int64_t{1}, std::int64_t{77}, (std::int64_t{1} << 47) + 5}) {
        const std::string text = token(mail, 42);
        CHECK(text.size() == 16);
        CHECK(mail_of_token(text, 42) == mail);
        CHECK_FALSE(mail_of_token(text, 43));
        std::string other = text;
        other[3] = other[3] == 'a' ? 'b' : 'a';
        CHECK_FALSE(mail_of_token(other, 42));
    }
}

TEST_CASE("rates") {
    CHECK(read_rate("60/min")->seconds == 60);
    CHECK(read_rate(" 5 / h")->count == 5);
    for (const char* wrong : {"", "60", "0/min", "x/min", "6/week", "-1/s", "1.5/s"})
        CHECK_FALSE(read_rate(wrong));
    RateWindow window({{"", {2, 60}}, {"slow.example", {1, 3600}}});
    window.add("a@slow.example", Instant{100});
    CHECK_FALSE(window.wait_for("a@x.example", Instant{110}));
    CHECK(window.wait_for("b@SLOW.example", Instant{110})->seconds == 3700);
    window.add("a@x.example", Instant{105});
    CHECK(window.wait_for("a@x.example", Instant{110})->seconds == 160);
    CHECK_FALSE(window.wait_for("a@x.example", Instant{160}));
}

namespace {

std::string html_of(std::string_view source, const Values& values) {
    return MarkdownTemplate(Template(source, "t")).html(values);
}
std::string filled_text(std::string_view source, const Values& values) {
    return MarkdownTemplate(Template(source, "t")).text(values);
}

}  // namespace

TEST_CASE("values of a template never become markup") {
    const Values hostile{{"x", {"<script>*a*</script> [b](javascript:c) {{y}} & \"q\"\n\n# h"}},
                         {"u", {"javascript:alert(1)"}},
                         {"list", {"one", "two"}}};
    const std::string html =
        html_of("**{{x}}** [go]({{u}}) [in](https://a.example/?q={{x}})", hostile);
    CHECK(html.find("<script") == std::string::npos);
    CHECK(html.find("<h1") == std::string::npos);
    CHECK(html.find("<em>") == std::string::npos);
    CHECK(html.find("href=\"javascript") == std::string::npos);
    CHECK(html.find("{{y}}") != std::string::npos);
    CHECK(html.find("<strong>&lt;script&gt;") != std::string::npos);
    CHECK(html.find("?q=%3Cscript") != std::string::npos);
    CHECK(html_of("{{#list}}({{.}}){{/list}}{{^no}}none{{/no}}", hostile) ==
          "<p>(one)(two)none</p>\n");
    CHECK(filled_text("- {{#list}}{{list}}, {{/list}}{{! no }}end", hostile) ==
          "- one, two, end\n");
    const Values spaced{{"x", {"Ada & Co"}}, {"u", {"https://a.example/b c"}}};
    CHECK(filled_text("[p](https://a.example/?q={{x}}), https://b.example/{{x}} {{x}} a < {{x}}",
                      spaced) ==
          "p <https://a.example/?q=Ada%20%26%20Co>, "
          "https://b.example/Ada%20%26%20Co Ada & Co a < Ada & Co\n");
    CHECK(filled_text("[p]({{u}})", spaced) == "p <https://a.example/b%20c>\n");
    CHECK(filled_text("[the page](https://a.example) and <mailto:b@c.example>", {}) ==
          "the page <https://a.example> and mailto:b@c.example\n");
    for (const char* wrong :
         {"{{#a}}", "{{/a}}", "{{#a}}{{#b}}{{/a}}{{/b}}", "{{a", "{{}}", "{{{a}}}"})
        CHECK_THROWS_AS(Template(wrong, "t"), Error);
}

TEST_CASE("empty lines of the text part") {
    CHECK(filled_text("a\n\n> b\n>\n> c\n\nd", {}) == "a\n\n> b\n>\n> c\n\nd\n");
    CHECK(filled_text("> See you soon\n\nVera", {}) == "> See you soon\n\nVera\n");
    CHECK(filled_text("> a\n\n<!-- -->\n\n> b", {}) == "> a\n\n> b\n");  // two quotes
    CHECK(filled_text("> - a\n> - b\n>\n> > c\n>\n> d\n\ne", {}) ==
          "> - a\n> - b\n>\n> > c\n>\n> d\n\ne\n");
    CHECK(filled_text("- a\n  - b\n- c\n\nd", {}) == "- a\n  - b\n- c\n\nd\n");
    CHECK(filled_text("- a\n\n  > b\n\n- c\n\nd", {}) == "- a\n\n  > b\n\n- c\n\nd\n");
    CHECK(filled_text("# Dear {{x}}\n\n> ## {{x}}, {{x}}!", {{"x", {"Zoë"}}}) ==
          "Dear Zoë\n========\n\n> Zoë, Zoë!\n> ---------\n");
    CHECK(filled_text("# T\n\n---\n\n    code\n\n    more", {}) ==
          "T\n=\n\n----------\n\n    code\n\n    more\n");
}

TEST_CASE("a section that Markdown takes apart is an error, and lists within lists have an end") {
    // The addresses of unsafe links, images and tags are not in what is sent.
    for (const char* apart :
         {"[j](javascript:{{#a}}) x {{/a}}", "[a{{#a}}](http://x/{{/a}}) z",
          "<a href=\"{{#a}}\"> x {{/a}}", "<b {{#a}}> {{/a}}", "{{#a}}[j](javascript:{{/a}})"})
        CHECK_THROWS_AS(MarkdownTemplate(Template(apart, "t")), Error);
    for (const char* whole :
         {"[j](javascript:{{#a}}{{.}}{{/a}}) x", "{{#a}}[{{.}}](http://x/{{.}}){{/a}}",
          "![{{#a}}](http://x/y.png) x {{/a}} z", "`{{#a}}` x {{/a}}"})
        CHECK_NOTHROW(MarkdownTemplate(Template(whole, "t")));

    const auto nested = [](int depth) {
        std::string out = "{{.}}";
        for (int i = 0; i < depth; ++i)
            out = "{{#list}}" + out + "{{/list}}";
        return out;
    };
    const Values ten{{"list", std::vector<std::string>(10, "x")}};
    CHECK(filled_text(nested(3), ten).size() == 1000);
    CHECK_THROWS_AS(filled_text(nested(20), ten), Error);
    CHECK_THROWS_AS(Template(nested(20), "t").filled(ten), Error);
    CHECK_NOTHROW(Template(nested(32), "t"));
    CHECK_THROWS_AS(Template(nested(33), "t"), Error);
    const Values long_ones{{"list", std::vector<std::string>(10, std::string(100'000, 'x'))}};
    CHECK_THROWS_AS(filled_text(nested(3), long_ones), Error);
}

TEST_CASE("a line that begins with a dot gets another") {
    CHECK(dot_stuffed(".a\r\n..b") == "..a\r\n...b\r\n");
}

namespace {

/// A server that answers with fixed pieces, whatever it is told.
class Script final : public Stream {
public:
    Script(std::deque<std::string>& answers, std::string& heard)
        : answers_(answers), heard_(heard) {}
    bool write(std::string_view bytes, std::chrono::milliseconds) override {
        heard_ += bytes;
        return true;
    }
    bool read(std::string& into, std::chrono::milliseconds) override {
        if (answers_.empty())
            return false;
        into += answers_.front();
        answers_.pop_front();
        return true;
    }

private:
    std::deque<std::string>& answers_;
    std::string& heard_;
};

struct Log final : DeliveryLog {
    std::map<std::int64_t, Outcome> outcomes;
    std::map<std::int64_t, int> left, done_count;
    void about_to_leave(std::int64_t delivery) override { ++left[delivery]; }
    void done(std::int64_t delivery, Outcome outcome, std::string_view) override {
        outcomes[delivery] = outcome;
        ++done_count[delivery];
    }
};

}  // namespace

TEST_CASE(
    "whatever a server says, each mail has one outcome, and what may have left is not tried "
    "again") {
    std::mt19937 random(20261125);
    const std::string pieces[] = {
        "250 ok\r\n",           "354 go\r\n", "451 later\r\n", "550 5.1.1 no\r\n", "421 bye\r\n",
        "250-a\r\n250 b\r\n",   "25",         "0 split\r\n",   "nonsense\r\n",     "250\r\n",
        "354 go\r\n250 ok\r\n", "\r\n"};
    for (int round = 0; round < 3000; ++round) {
        std::string heard;
        std::deque<std::deque<std::string>> connections;
        const bool pipelining = random() % 2 == 0;
        SmtpOptions options;
        options.connect = [&] {
            auto& answers = connections.emplace_back();
            for (int i = 0; i < 14; ++i)
                answers.push_back(pieces[random() % std::size(pieces)]);
            return Connection{std::make_unique<Script>(answers, heard), {.pipelining = pipelining}};
        };
        std::vector<Envelope> mails;
        for (int i = 0; i < 3; ++i)
            mails.push_back({"s@x.example",
                             {{i * 10 + 1, "a@x.example"}, {i * 10 + 2, "b@x.example"}},
                             "hi\r\n"});
        Log log;
        try {
            smtp_transport(options)->send(mails, log);
        } catch (const Error& e) {
            CHECK(e.fault == Fault::busy);
        }
        for (const auto& [delivery, count] : log.done_count)
            CHECK(count == 1);
        for (const auto& [delivery, count] : log.left) {
            CHECK(count == 1);
            CHECK(log.outcomes.contains(delivery));
        }
    }
    CHECK(extensions_in("220 x\r\n250-x\r\n250 AUTH PLAIN\r\n220 go\r\n250-x\r\n250-SIZE "
                        "100\r\n250 PIPELINING\r\n235 ok\r\n")
              .pipelining);
    CHECK_FALSE(extensions_in("250 AUTH PLAIN\r\n220 go\r\n250-x\r\n250 SIZE 100\r\n").auth);
}

TEST_CASE("a token to unsubscribe names campaign, member and address, and cannot be made up") {
    std::mt19937_64 random(20);
    constexpr std::uint64_t seed = 0x1234'5678'9abc'def0;
    for (int i = 0; i < 2000; ++i) {
        const CampaignRecipient to{static_cast<std::int64_t>(random() >> 40),
                                   static_cast<std::int64_t>(random() >> 30),
                                   fmt::format("p{}@acme.example", random() % 1000)};
        std::string token = unsubscribe_token(to, seed);
        REQUIRE(token.size() == 32);
        const auto read = read_unsubscribe_token(token, seed);
        REQUIRE(read);
        CHECK((read->campaign == to.campaign && read->member == to.member));
        CHECK(read->address == address_mark("P" + to.address.substr(1)));
        std::string capitals = token;
        std::ranges::transform(capitals, capitals.begin(),
                               [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        CHECK(read_unsubscribe_token(capitals, seed));
        CHECK_FALSE(read_unsubscribe_token(token, seed + 1));
        CHECK_FALSE(unsealed(token, "consent", seed));
        token[random() % token.size()] = "abcdefghijklmnopqrstuvwxyz234567"[random() % 32];
        CHECK((token == unsubscribe_token(to, seed) || !read_unsubscribe_token(token, seed)));
        CHECK_FALSE(read_unsubscribe_token(token.substr(1), seed));
    }
    for (std::size_t size = 1; size < 40; ++size) {
        const std::string bytes(size, static_cast<char>(size));
        CHECK(unsealed(sealed(bytes, "x", seed), "x", seed) == bytes);
    }
    CHECK_FALSE(unsealed("", "x", seed));
    CHECK_FALSE(unsealed(std::string(1000, 'a'), "x", seed));
}

TEST_CASE("addresses to unsubscribe at") {
    CHECK(token_within(" abc\n", "") == "abc");
    CHECK(token_within("https://us.example/u/abc?x", "https://us.example/u/{token}?x") == "abc");
    CHECK(token_within("/u/abc", "https://us.example/u/{token}") == "abc");
    CHECK(token_within("/v/abc", "https://us.example/u/{token}") == "/v/abc");
    CHECK(token_within("leave+abc@us.example", "leave+{token}@us.example") == "abc");
    CHECK(is_unsubscribe_url("https://us.example/u/{token}"));
    CHECK(is_unsubscribe_url("https://us.example:8443/leave?t={token}&x=1"));
    for (const char* wrong :
         {"", "https://us.example/u", "http://us.example/{token}", "https://{token}/",
          "https:///{token}", "https://us.example/{token}/{token}", "https://us.example/a b{token}",
          "mailto:{token}@us.example", "https://us.example/\r\nBcc: x/{token}",
          "https://us.example/>{token}", "https://ü.example/{token}"})
        CHECK_MESSAGE(!is_unsubscribe_url(wrong), wrong);
    CHECK(is_unsubscribe_mail("leave+{token}@us.example"));
    for (const char* wrong :
         {"", "leave@us.example", "leave@{token}.example", "{token}", "{token}@us.example\r\nx",
          "a.very.long.mailbox.for.leaving.lists+{token}@us.example", "Us <{token}@us.example>"})
        CHECK_MESSAGE(!is_unsubscribe_mail(wrong), wrong);
    CHECK_THROWS_AS(require_unsubscribe({}), Error);
}

TEST_CASE("every mail of a campaign has a link to unsubscribe in both parts") {
    const Values values{{"unsubscribe", {"https://us.example/u/abc"}}, {"name", {"Ada"}}};
    const auto parts = [&](std::string_view body, std::string_view language) {
        const MarkdownTemplate read(with_unsubscribe_link(body, language, "tp1.body"));
        return read.text(values) + "|" + read.html(values);
    };
    const std::string link = "<a href=\"https://us.example/u/abc\">";
    CHECK(parts("Hi {{name}}", "") ==
          "Hi Ada\n\n----------\n\nUnsubscribe <https://us.example/u/abc>\n|<p>Hi Ada</p>\n<hr "
          "/>\n<p>" +
              link + "Unsubscribe</a></p>\n");
    CHECK(parts("Hallo", "de-AT").find("Abmelden <https://us.example/u/abc>") != std::string::npos);
    CHECK(parts("您好", "zh-TW").find("取消訂閱") != std::string::npos);
    CHECK(parts("[Leave]({{unsubscribe}})", "de") ==
          "Leave <https://us.example/u/abc>\n|<p>" + link + "Leave</a></p>\n");
    CHECK(parts("Leave: {{unsubscribe}}", "") == "Leave: https://us.example/u/abc\n|<p>Leave: " +
                                                     link + "https://us.example/u/abc</a></p>\n");
    CHECK(parts("[out][x]\n\n[x]: {{unsubscribe}}", "").find("Unsubscribe") == std::string::npos);
    // Only for some, or lost by Markdown: the line at the end is there, too.
    for (const char* body :
         {"{{#nickname}}{{unsubscribe}}{{/nickname}}", "<a href=\"{{unsubscribe}}\">x</a>",
          "![{{name}}]({{unsubscribe}})", "Hi {{! unsubscribe }}"})
        CHECK_MESSAGE(
            parts(body, "").find("Unsubscribe <https://us.example/u/abc>") != std::string::npos,
            body);
    CHECK_THROWS_AS(with_unsubscribe_link("{{#a}}", "", "tp1.body"), Error);
}
