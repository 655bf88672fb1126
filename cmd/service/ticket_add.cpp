#include "base/text.hpp"
#include "cmd/service/ticket_words.hpp"
#include "form/json_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::cmd {

Command record_add();

/// ticket add: a ticket, also out of a pipe.
namespace {

using form::JsonReader;
using Words = std::vector<std::string>;

/// An object of JSON as words: FIELD=VALUE. Lists and links have a text form, so all are texts.
Words words_of_json(std::string_view line) {
    Words out;
    JsonReader in(line);
    in.object([&](const std::string& field) {
        switch (in.next()) {
            case JsonReader::Kind::text:
                return void(out.push_back(field + "=" + in.text()));
            case JsonReader::Kind::null:
                return void(in.skip());
            case JsonReader::Kind::array:
            case JsonReader::Kind::object:
                throw Error(Fault::usage, "invalid_value",
                            fmt::format("{} is not a text or a number", field),
                            "crm ticket import - reads all of JSON");
            default:
                out.push_back(fmt::format("{}={}", field, in.skip()));
        }
    });
    in.end();
    return out;
}

/// The tickets on standard input: lines of JSON, or one text.
std::vector<Words> tickets_of(const std::string& input) {
    const std::string_view text = text::trimmed(input);
    std::vector<Words> out;
    if (text.starts_with('{')) {
        for (const std::string_view line : text::split(text, '\n'))
            if (!text::trimmed(line).empty())
                out.push_back(words_of_json(text::trimmed(line)));
        return out;
    }
    const service::TicketText ticket = service::read_ticket_text(text::sanitised(text));
    Words words{"subject=" + ticket.subject};
    if (!ticket.description.empty())
        words.push_back("description=" + ticket.description);
    out.push_back(std::move(words));
    return out;
}

int run_ticket_add(Session& session, const Arguments& args) {
    const auto dash = std::ranges::find(args.words, "-");
    if (dash == args.words.end())
        return record_add().run(session, args);
    Words given = args.words;
    std::erase(given, "-");
    Change change(session, args);
    for (Words words : tickets_of(session.read_input())) {
        words.insert(words.end(), given.begin(), given.end());
        store::Record ticket(*args.noun);
        assign(session, change, ticket, words, false);
        store::complete(ticket);
        change.writer.add(ticket);
        change.report.add(ticket, "added", ticket.label());
    }
    return change.end();
}

}  // namespace

Command ticket_add() {
    Command c = record_add();
    c.help = "Add a ticket";
    c.arguments[0].name = "SUBJECT|-|FIELD=VALUE|+TAG";
    c.arguments[0].help = "its subject, fields and tags; - reads it from standard input";
    c.run = run_ticket_add;
    c.details =
        "With -, the first line of standard input is the subject and the rest the description; "
        "lines of JSON make a ticket each. A ticket without an account, contact or product has "
        "those of its asset, and the account of its contact. Fields that are given as words are "
        "those of all. On a "
        "terminal, without words, your editor opens with one line per field.";
    c.examples = {{"ticket add 'Pump is leaking' account=Acme priority=high", ""},
                  {"ticket add - account=Acme channel=email < mail.txt", "out of a file or pipe"}};
    return c;
}

}  // namespace crm::cmd
