#include "cmd/service/ticket_words.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace crm::cmd {

using store::Record;

service::Actor actor(Session& session) {
    return {session.env.clock.now, session.operation_info({}).user};
}

Argument tickets_argument() {
    return {.name = "REF",
            .kind = Kind::reference,
            .many = true,
            .help = "the tickets; - reads them from standard input"};
}

Option where_option() {
    return {.name = "where",
            .kind = Kind::query,
            .value = "QUERY",
            .help = "the tickets that the query finds"};
}

std::string text_of_words(Session& session, const Arguments& args, std::size_t from) {
    std::string text;
    if (args.words.size() == from + 1 && args.words[from] == "-")
        text = session.read_input();
    else
        for (std::size_t i = from; i < args.words.size(); ++i)
            text += (text.empty() ? "" : " ") + args.words[i];
    text = text::trimmed(text);
    if (text.empty())
        throw Error(Fault::usage, "missing", fmt::format("{} requires a text", session.command),
                    fmt::format("crm {} t1 'The part is on its way', or - for standard input",
                                session.command));
    return text::sanitised(text);
}

void add_note(Session& session, Change& change, const Record& ticket, const std::string& text) {
    Record note(session.model().get("note"));
    note.put(*note.entity->find("body"), {Value(text)});
    note.put(*note.entity->find("about"),
             {Value(std::int64_t{ticket.entity->number}), Value(ticket.id)});
    change.writer.add(note);
}

}  // namespace crm::cmd
