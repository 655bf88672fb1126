#include "base/text.hpp"
#include "cmd/cli/changes.hpp"

#include <fmt/format.h>

namespace crm::cmd {
namespace {

int run(Session& session, const Arguments& args) {
    std::string body;
    for (std::size_t i = 1; i < args.words.size(); ++i)
        body += (i > 1 ? " " : "") + args.words[i];
    if (args.words.size() == 1 && session.env.in_tty)
        throw Error(
            Fault::usage, "missing",
            fmt::format("{} note needs the text, or - for standard input", args.noun->noun));
    if (body == "-" || body.empty())
        body = session.read_input();
    while (body.ends_with('\n'))
        body.pop_back();
    const store::Found found = resolve_reference(session, args.noun, args.words.front());
    const store::Record about = load_not_deleted(session, found);
    const meta::Entity& entity = session.model().get("note");
    store::Record note(entity);
    note.put(*entity.find("body"),
             {text::trimmed(body).empty() ? Value() : Value(text::sanitised(body))});
    note.put(*entity.find("about"), {Value(std::int64_t{found.entity->number}), Value(found.id)});
    Arguments as_note = args;
    as_note.noun = &entity;
    Change change(session, as_note);
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
            .arguments = {{.name = "REF",
                           .kind = Kind::reference,
                           .required = true,
                           .help = "what it is about"},
                          {.name = "TEXT",
                           .kind = Kind::word,
                           .many = true,
                           .help = "the note; - or nothing reads standard input"}},
            .run = run,
            .examples = {{"contact note c12 'Prefers to be called in the morning'", "a line"},
                         {"account note acme.example - < minutes.txt", "a file"}}};
}

}  // namespace crm::cmd
