#include "cmd/cli/changes.hpp"

#include <fmt/format.h>

namespace crm::cmd {
namespace {

int run(Session& session, const Arguments& args) {
    Change change(session, args);
    store::Record record(*args.noun);
    const meta::Entity* noun = session.model().find(args.words[0]);
    std::vector<std::string> words{
        "noun=" + (noun == nullptr ? args.words[0] : std::string(noun->noun)),
        "name=" + args.words[1]};
    for (const std::string_view option : {"type", "range", "words", "to"})
        if (args.has(option))
            words.push_back(fmt::format("{}={}", option, args.text(option)));
    if (!args.has("type") && (args.has("range") || args.has("words") || args.has("to")))
        words.push_back(args.has("range")   ? "type=integer"
                        : args.has("words") ? "type=choice"
                                            : "type=link");
    if (args.flag("searched"))
        words.push_back("searched=yes");
    if (args.words.size() > 2)
        words.push_back("description=" + args.words[2]);
    assign(session, change, record, words, false);
    store::complete(record);
    change.writer.add(record);
    change.report.add(record, "added", fmt::format("{} of {}", record.label(), args.words[0]));
    return change.end();
}

}  // namespace

Command field_add() {
    return {
        .help = "Give a noun a field of your own",
        .needs = Needs::writing,
        .arguments = {{.name = "NOUN", .kind = Kind::noun, .required = true, .help = "whose it is"},
                      {.name = "NAME",
                       .kind = Kind::word,
                       .required = true,
                       .help = "the query word, the CSV header, the JSON key"},
                      {.name = "HELP", .kind = Kind::word, .help = "what is in it"}},
        .options = {{.name = "type",
                     .kind = Kind::choice,
                     .value = "TYPE",
                     .help = "what it holds; text",
                     .words = words_of("field", "type")},
                    {.name = "range",
                     .kind = Kind::word,
                     .value = "FROM..TO",
                     .help = "of an integer: 0..10, 1.., ..5"},
                    {.name = "words",
                     .kind = Kind::word,
                     .value = "WORD,…",
                     .help = "of a choice: small,medium,large"},
                    {.name = "to",
                     .kind = Kind::noun,
                     .value = "NOUN",
                     .help = "of a link: where it leads, or any"},
                    {.name = "searched", .help = "the full text finds what is in it"}},
        .run = run,
        .details =
            "From then on it is a field like those that are built in: assigned, queried, sorted "
            "by, shown, imported, exported, completed, logged and undone. "
            "Its help, range and words can be edited later; noun, name and type cannot. `crm field "
            "rm` hides it and what is in it, `restore` brings both back.",
        .examples = {
            {"field add contact nps --type integer --range 0..10 'how likely they recommend us'",
             "then: crm contact edit ada nps=9; crm contact list nps:9.."},
            {"field add account size --words small,medium,large", "a choice"},
            {"field add deal reseller --to account", "a link; paths lead over it: reseller.name"}}};
}

}  // namespace crm::cmd
