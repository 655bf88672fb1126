#include "base/base64.hpp"
#include "mail/gmime.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace crm;
using mail::composed;
using mail::Message;

namespace {

Message small_message() {
    return {.from = {"Acme, Ltd", "sales@acme.example"},
            .to = {{"", "ada@x.example"}},
            .subject = "Gr\u00fc\u00dfe",
            .message_id = "t.crm@x.example",
            .date = {1'796'029'200},
            .offset = 3600,
            .text = "1 = 1 \r\nend"};
}

bool has(const std::string& text, std::string_view piece) {
    return text.find(piece) != std::string::npos;
}

}  // namespace

TEST_CASE("a message of text alone") {
    CHECK(composed(small_message()) ==
          "Date: Mon, 30 Nov 2026 10:00:00 +0100\r\n"
          "From: \"Acme, Ltd\" <sales@acme.example>\r\n"
          "To: ada@x.example\r\n"
          "Message-ID: <t.crm@x.example>\r\n"
          "Subject: =?UTF-8?B?R3LDvMOfZQ==?=\r\n"
          "MIME-Version: 1.0\r\n"
          "Content-Type: text/plain; charset=utf-8\r\n"
          "Content-Transfer-Encoding: quoted-printable\r\n"
          "\r\n"
          "1 =3D 1=20\r\n"
          "end\r\n");
}

TEST_CASE("messages are ASCII with short lines, and the same message is the same bytes") {
    Message message = small_message();
    message.from.name = "Bj\u00f6rn \"B\" Quist";
    message.to.front().name = std::string(1200, 'n');
    message.subject = std::string(1200, 'x') + " \u00fc\u00fc" + std::string(90, 'y');
    message.reply_to = "answers@acme.example";
    message.text = std::string(3000, '=') + "\n.\n \nend ";
    message.html = "<p>\u00e4</p>";
    message.list = {std::string(1200, 'l'), "m1.crm.acme.example", "https://us.example/u/abc", ""};
    message.attachments = {{"Pr\u00e9is" + std::string(300, 'e') + ".csv", "text/csv", "1;2\n"}};
    const std::string bytes = composed(message);
    CHECK(bytes == composed(message));
    std::size_t width = 0, widest = 0;
    for (const char c : bytes) {
        width = c == '\n' ? 0 : width + 1;
        widest = std::max(widest, width);
    }
    CHECK(widest <= 999);  // with the CR
    CHECK(std::ranges::all_of(bytes, [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
    CHECK_FALSE(header_fault(message));
    message.subject = "a\nBcc: c@x.example";
    CHECK(header_fault(message) == "a line break in the subject");
}

TEST_CASE("long words without a blank, and what looks like an encoded one") {
    Message message = small_message();
    std::string name;
    for (int i = 0; i < 13; ++i)
        name += "\u65e5\u672c";
    message.subject = name;
    message.to.front().name = name;
    const auto word = [](std::string_view text) { return "=?UTF-8?B?" + to_base64(text) + "?="; };
    const std::string one = word(name.substr(0, 30)), two = word(name.substr(30, 30)),
                      three = word(name.substr(60));
    CHECK(has(composed(message), "Subject: " + one + "\r\n " + two + "\r\n " + three + "\r\nMIME"));
    CHECK(has(composed(message),
              "To: " + one + "\r\n\t" + two + "\r\n\t" + three + " <ada@x.example>\r\n"));
    message.subject = message.to.front().name = "=?utf-8?q?no_word?=";
    CHECK(has(composed(message), "Subject: " + word(message.subject) + "\r\n"));
    CHECK(has(composed(message), "To: " + word(message.subject) + " <ada@x.example>\r\n"));
}

TEST_CASE("a mail is the same bytes alone and as one of many") {
    Message message = small_message();
    message.html = "<p>Gr\u00fc\u00dfe = 1 </p>\n";
    message.list = {"Fr\u00fchling", "m1.crm.acme.example", "https://us.example/u/abc",
                    "a@us.example"};
    // With a second recipient it is composed as a whole.
    const auto same = [](Message one) {
        const std::string spliced = composed(one);
        one.to.push_back({"", "second@x.example"});
        std::string whole = composed(one);
        const std::string_view second = ", second@x.example";
        const std::size_t at = whole.find(second);
        REQUIRE(at != std::string::npos);
        CHECK(spliced == whole.erase(at, second.size()));
    };
    same(message);
    for (const char* subject :
         {"Hello", "", "Gr\u00fc\u00dfe aus K\u00f6ln", "a  b ", "=?utf-8?q?x?=",
          "For all who want to know it: a subject that is longer than one line of a header may "
          "be"}) {
        message.subject = subject;
        message.message_id += "x";
        same(message);
    }
    for (const char* text : {"", "end", "end\n", "end \n\n", "\r\n.\r\n", "a\tb\t\n\u65e5 ",
                             "From here\n\n----------\n"}) {
        message.text = text;
        message.html = std::string("<!DOCTYPE html>") + text;
        same(message);
    }
    for (const char* name : {"Ada", "Person 17", "Ada K. Lovelace", "a  b", " c", "\u00dcn\u00ef",
                             "a name of almost one line", "x, y"}) {
        message.to.front().name = name;
        same(message);
    }
    message.from.name = "Other";
    same(message);
    message.cc = {{"Cc", "cc@x.example"}};
    message.automatic = true;
    same(message);
    message.from.name = "to@skeleton.invalid";
    message.cc = {{"", "id.skeleton@x.example"}};
    same(message);
}

TEST_CASE("files keep their names and bytes; an invitation is a form of the text") {
    Message message = small_message();
    message.html = "<p>x</p>";
    const std::string lines = "one\ntwo\r\nthree\r";
    message.attachments = {
        {"Gr\u00f6\u00dfe \"1\".txt", "text/plain", lines},
        {"x.eml", "message/rfc822", "Subject: x\n\n"},
        {"invitation.ics", "text/calendar", "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n"}};
    const std::string bytes = composed(message);
    CHECK(has(bytes, "filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22.txt"));
    CHECK(has(bytes, to_base64(lines)));
    CHECK(has(bytes, "Content-Type: application/octet-stream; name=x.eml\r\n"));
    const auto at = [&](std::string_view piece) { return bytes.find(piece); };
    CHECK(at("multipart/mixed") < at("multipart/alternative"));
    CHECK(at("text/plain") < at("text/html"));
    CHECK(at("text/html") < at("text/calendar; method=REQUEST; charset=utf-8"));
    CHECK(at("text/calendar") < at("Content-Disposition: attachment"));
}

TEST_CASE("headers of a list: one click, mailto, and no line breaks") {
    Message message = small_message();
    const std::string url = "https://us.example/u/" + std::string(200, 'a');
    message.list = {"Fr\u00fchling, \"2027\"", "m1.crm.acme.example", url, "leave+abc@us.example"};
    const std::string both = composed(message);
    CHECK(has(both, "List-Unsubscribe: <" + url +
                        ">,\r\n <mailto:leave+abc@us.example>\r\n"
                        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    message.list.name = "Fr\u00fchling";
    CHECK(has(composed(message), "List-Id: =?UTF-8?b?RnLDvGhsaW5n?= <m1.crm.acme.example>\r\n"));
    message.list.name.clear();
    CHECK(has(composed(message), "List-Id: <m1.crm.acme.example>\r\n"));
    message.list.unsubscribe_url.clear();
    const std::string mail = composed(message);
    CHECK(has(mail, "List-Unsubscribe: <mailto:leave+abc@us.example>\r\n"));
    CHECK_FALSE(has(mail, "List-Unsubscribe-Post"));
    CHECK_FALSE(header_fault(message));
    message.list.name = "Spring\r\nBcc: eve@x.example";
    CHECK(header_fault(message) == "a line break in the name of the campaign");
    message.list = {};
    CHECK_FALSE(has(composed(message), "List-"));
}
