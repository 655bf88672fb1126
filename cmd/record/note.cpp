#include "base/text.hpp"
#include "cmd/cli/changes.hpp"

#include <fmt/format.h>

/// note: a note about a record.
namespace crm::cmd {
namespace {

/// The words, or standard input for "-" or none.
std::string body_of(Session& session, const Arguments& args) {
    const std::vector<std::string> words(args.words.begin() + 1, args.words.end());
    if (words.empty() && session.env.in_tty)
        throw Error(
            Fault::usage, "missing",
            fmt::format("{} note requires the text, or - for standard input", args.noun->noun));
    std::string body = text::joined(words, " ");
    if (body == "-" || body.empty())
        body = session.read_input();
    while (body.ends_with('\n'))
        body.pop_back();
    return body;
}

int run_note(Session& session, const Arguments& args) {
    const std::string body = body_of(session, args);
    const store::Record about =
        load_not_deleted(session, resolve_reference(session, args.noun, args.words.front()));
    const meta::Entity& entity = session.model().get("note");
    store::Record note(entity);
    const bool empty = text::trimmed(body).empty();
    note.put(*entity.find("body"), {empty ? Value() : Value(text::sanitised(body))});
    note.put(*entity.find("about"), {Value(std::int64_t{about.entity->number}), Value(about.id)});
    Change change(session, args);
    if (const auto me = session.resolver().me())
        note.put(*entity.find("owner"), {Value(*me)});
    change.writer.add(note);
    change.report.add(note, "added", "about " + about.short_id() + " " + about.label());
    return change.end();
}

}  // namespace

Command record_note() {
    return {.help = "Add a note about a record",
            .needs = Needs::writing,
            .arguments =
                {{.name = "REF", .kind = Kind::reference, .required = true, .help = "the record"},
                 {.name = "TEXT",
                  .kind = Kind::word,
                  .many = true,
                  .help = "the note; - or nothing reads standard input"}},
            .run = run_note,
            .examples = {{"contact note c12 'Prefers to be called in the morning'", "one line"},
                         {"account note acme.example - < minutes.txt", "from a file"}}};
}

}  // namespace crm::cmd
