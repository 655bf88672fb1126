#include "cmd/service/ticket_words.hpp"

/// ticket message: what the customer wrote or said.
namespace crm::cmd {
namespace {

int run_ticket_message(Session& session, const Arguments& args) {
    const std::string text = text_of_words(session, args, 1);
    Change change(session, args);
    const store::Record before =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words[0]));
    store::Record after = before;
    const service::Actor who = actor(session);
    service::take_message(after, args.moment("at", session.env.clock).value_or(who.now), who);
    change.writer.change(before, after);
    add_note(session, change, after, text);
    change.report.add(after, "updated", after.label());
    return change.end();
}

}  // namespace

Command ticket_message() {
    return {.help = "Record what the customer wrote or said",
            .needs = Needs::writing,
            .arguments =
                {{.name = "REF", .kind = Kind::reference, .required = true, .help = "the ticket"},
                 {.name = "TEXT",
                  .kind = Kind::word,
                  .required = true,
                  .many = true,
                  .help = "the message; - reads it from standard input"}},
            .options = {{.name = "at",
                         .kind = Kind::moment,
                         .value = "WHEN",
                         .help = "when it came; default: now"}},
            .run = run_ticket_message,
            .details =
                "The text is kept as a note about the ticket, and the ticket waits for an "
                "answer: is:unanswered finds it, and the next response is due by the "
                "service level. A note of your own (crm ticket note) changes neither.",
            .examples = {{"ticket message t1 'Still leaking'", ""},
                         {"ticket message t1 - --at 09:15 < mail.txt", "from a file"}}};
}

}  // namespace crm::cmd
