#include "base/suggest.hpp"
#include "base/text.hpp"
#include "cmd/cli/changes.hpp"

#include <fmt/format.h>

/// field add: a field of the user's own.
namespace crm::cmd {
namespace {

std::vector<std::string> options() {
    return {"--type", "--range", "--words", "--to", "--searched"};
}

/// The type that an option implies where none is given.
std::string_view implied_type(const Arguments& args) {
    if (args.has("range"))
        return "integer";
    if (args.has("words"))
        return "choice";
    return args.has("to") ? "link" : "";
}

/// The description of the field. What looks like one of its properties is not taken for it.
std::string help_of(const Arguments& args) {
    const std::string& word = args.words[2];
    const bool is_sentence = word.find_first_of(" \t\n") != std::string::npos;
    if (is_sentence || !store::is_assignment(word))
        return word;
    const std::string key = word.substr(0, word.find('='));
    Error e(Fault::usage, "unknown_option",
            fmt::format("'{}': field add has no option {}", text::visible(text::clipped(word, 40)),
                        text::clipped(key, 40)));
    if (key == "help" || key == "description")
        e.hint = fmt::format("crm field add {} {} '{}'", args.words[0], args.words[1],
                             text::visible(text::clipped(word.substr(key.size() + 1), 40)));
    else
        suggest(e, "--" + key, options(), "options are " + text::joined(options(), ", "));
    throw e;
}

/// The options of the command as assignments to the record of the field.
std::vector<std::string> assignments(Session& session, const Arguments& args) {
    const meta::Entity* noun = session.model().find(args.words[0]);
    std::vector<std::string> out{
        "noun=" + (noun == nullptr ? args.words[0] : std::string(noun->noun)),
        "name=" + args.words[1]};
    for (const std::string_view option : {"type", "range", "words", "to"})
        if (args.has(option))
            out.push_back(fmt::format("{}={}", option, args.text(option)));
    if (const std::string_view type = implied_type(args); !args.has("type") && !type.empty())
        out.push_back(fmt::format("type={}", type));
    if (args.flag("searched"))
        out.emplace_back("searched=yes");
    if (args.words.size() > 2)
        out.push_back("description=" + help_of(args));
    return out;
}

int run_field_add(Session& session, const Arguments& args) {
    Change change(session, args);
    store::Record record(*args.noun);
    assign(session, change, record, assignments(session, args), false);
    store::complete(record);
    change.writer.add(record);
    change.report.add(record, "added", fmt::format("{} of {}", record.label(), args.words[0]));
    return change.end();
}

}  // namespace

Command field_add() {
    return {
        .help = "Add a custom field to a noun",
        .needs = Needs::writing,
        .arguments = {{.name = "NOUN", .kind = Kind::noun, .required = true, .help = "the noun"},
                      {.name = "NAME",
                       .kind = Kind::word,
                       .required = true,
                       .help = "its name, also in queries, CSV headers and JSON"},
                      {.name = "HELP", .kind = Kind::word, .help = "a description of the field"}},
        .options = {{.name = "type",
                     .kind = Kind::choice,
                     .value = "TYPE",
                     .help = "type of its values; text by default",
                     .words = words_of("field", "type")},
                    {.name = "range",
                     .kind = Kind::word,
                     .value = "FROM..TO",
                     .help = "valid values of an integer: 0..10, 1.., ..5"},
                    {.name = "words",
                     .kind = Kind::word,
                     .value = "WORD,…",
                     .help = "valid values of a choice: small,medium,large"},
                    {.name = "to",
                     .kind = Kind::noun,
                     .value = "NOUN",
                     .help = "noun that a link refers to, or any"},
                    {.name = "searched", .help = "include its values in the full text search"}},
        .run = run_field_add,
        .details =
            "The field is then used like a built-in one: assigned, queried, sorted, shown, "
            "imported, exported, completed, logged and undone. Its help, range and words can be "
            "edited later; noun, name and type cannot. `crm field rm` hides the field and its "
            "values, `crm field restore` restores both.",
        .examples = {
            {"field add contact nps --type integer --range 0..10 'likely to recommend us'",
             "then: crm contact edit ada nps=9; crm contact list nps:9.."},
            {"field add account size --words small,medium,large", "a choice"},
            {"field add deal reseller --to account", "a link; reseller.name can be queried"}}};
}

}  // namespace crm::cmd
