#include "cmd/cli/manual.hpp"

#include "base/text.hpp"
#include "cmd/cli/help.hpp"
#include "cmd/cli/session.hpp"
#include "meta/type.hpp"
#include "query/check.hpp"
#include "query/path.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::cmd {
namespace {

/// How a command is called, for SYNOPSIS: mdoc, since its macros know how to break such lines.
std::string synopsis_lines(const Command& command, std::string_view noun) {
    const auto plain = [](std::string_view s) {
        std::string out;
        for (std::size_t i = 0; i < s.size(); ++i) {
            if (s.substr(i).starts_with("…"))
                out += "...", i += 2;
            else
                out += s[i] == '-' ? std::string("\\-") : std::string(1, s[i]);
        }
        return out;
    };
    std::string out =
        fmt::format("@ .Nm crm\n@ .Cm {}{}{}\n", noun, noun.empty() ? "" : " ", command.verb);
    for (const Argument& a : command.arguments)
        out += fmt::format("@ .{} {}{}\n", a.required ? "Ar" : "Op Ar", plain(a.name),
                           a.many ? " ..." : "");
    for (const Option& o : command.options) {
        out += o.letter != 0 ? fmt::format("@ .Op Fl {}", o.letter)
                             : fmt::format("@ .Op Fl Fl {}", o.name);
        out += o.value.empty() ? "\n" : fmt::format(" Ar {}\n", plain(o.value));
    }
    return out;
}

std::string command_text(const Command& command, std::string_view noun) {
    std::string out =
        fmt::format("## {}{}{}\n{}.\n", noun, noun.empty() ? "" : " ", command.verb, command.help);
    if (const std::string details = command.all_details(); !details.empty())
        out += details + "\n";
    if (!command.alias.empty())
        out += fmt::format("It is also called `{}`.\n", command.alias);
    out += "\n";
    for (const Argument& a : command.arguments)
        if (!a.help.empty())
            out += fmt::format("- {} :: {}\n", a.name, sentence(a.help));
    out += option_items(command.options) + "\n";
    return out;
}

bool of_noun(const Command& command, std::string_view noun) {
    return !command.hidden && (command.noun == "*" || command.noun == noun);
}

std::string field_item(const meta::FieldInfo& field) {
    static constexpr std::pair<std::uint16_t, std::string_view> notes[] = {
        {meta::required, "required"},
        {meta::unique, "no two records share it"},
        {meta::many, "a list"},
        {meta::derived, "computed"},
        {meta::searched, "in the full text"},
        {meta::lookup, "names the record"}};
    std::string flags;
    for (const auto& [flag, note] : notes)
        if (field.is(flag))
            flags += ", " + std::string(note);
    std::string out =
        fmt::format("- `{}` ({}{}) :: {}", field.name(), meta::type_name(field.type()), flags,
                    sentence(field.field->help));
    const std::string takes = meta::value_help(field);
    if (field.type() == meta::Type::choice)
        out += fmt::format(" One of: {}.", takes);
    else if (field.type() == meta::Type::link || field.type() == meta::Type::rows)
        out += fmt::format(" Takes {}.", takes);
    return out + "\n";
}

std::vector<Page> pages(const meta::Model& model) {
    std::vector<Page> all{program_page(model)};
    for (const meta::Entity& e : model.entities())
        all.push_back(noun_page(e, model));
    all.insert(all.end(), {query_page(model), dates_page(), formats_page(model), exit_page()});
    return all;
}

int run_manual(Session& session, const Arguments& args) {
    const std::vector<Page> all = pages(session.model());
    if (args.has("list")) {
        for (const Page& page : all)
            session.out.write(fmt::format("{}.{}\n", page.name, page.section));
        return 0;
    }
    if (args.words.empty())
        throw Error(Fault::usage, "missing", "__manual needs a page or --list");
    const std::string& wanted = args.words.front();
    const auto page = std::ranges::find_if(all, [&](const Page& p) {
        return p.name == wanted || fmt::format("{}.{}", p.name, p.section) == wanted;
    });
    if (page == all.end())
        throw Error(Fault::not_found, "not_found",
                    fmt::format("there is no page '{}'", text::clipped(wanted, 60)),
                    "crm __manual --list");
    session.out.write(mdoc(*page));
    return 0;
}

int run_help(Session& session, const Arguments& args) {
    const auto& words = args.words;
    const meta::Entity* noun = words.empty() ? nullptr : session.model().find(words[0]);
    const Command* command = nullptr;
    std::string_view unknown;
    if (!words.empty() && noun == nullptr && (command = find_command("", words[0])) == nullptr) {
        // A verb of every noun is shown with the one that most have in mind.
        noun = &session.model().get("contact");
        if ((command = find_command(noun->noun, words[0])) == nullptr)
            unknown = words[0], noun = nullptr;
    }
    if (noun != nullptr && command == nullptr && words.size() > 1 &&
        (command = find_command(noun->noun, words[1])) == nullptr)
        unknown = words[1];
    if (noun == nullptr && words.size() > 1)
        unknown = words[1];
    if (!unknown.empty()) {
        std::vector<std::string> among;
        for (const Command& c : commands())
            if (noun == nullptr ? c.noun.empty() && !c.hidden : of_noun(c, noun->noun))
                among.emplace_back(c.verb);
        if (noun == nullptr)
            for (const meta::Entity& e : session.model().entities())
                among.emplace_back(e.noun);
        Error e(Fault::usage, "unknown_command",
                fmt::format("there is no help on '{}'", text::clipped(unknown, 60)));
        e.candidates = text::nearest(unknown, among);
        e.hint = e.candidates.empty() ? "crm help" : text::did_you_mean(e.candidates);
        throw e;
    }
    session.out.write(help_text(command, noun));
    return 0;
}

}  // namespace

Page program_page(const meta::Model& model) {
    Page page{"crm", 1, "customer relations from the terminal", {}};
    std::string& out = page.text;
    out =
        "# SYNOPSIS\n@ .Nm\n@ .Op Ar option ...\n@ .Ar noun verb\n@ .Op Ar argument ...\n@ .Op Ar "
        "field Ns = Ns Ar value ...\n@ .Nm\n@ .Op Ar option ...\n@ .Ar verb\n@ .Op Ar argument "
        "...\n"
        "# DESCRIPTION\n`crm` keeps people, companies and what has to do with them in one file. A "
        "command names a kind of record, a noun, and what is to be done, a verb: `crm contact "
        "list`. "
        "Options stand anywhere on the line; `--` ends them and `-` alone is standard "
        "input.\n\nThe nouns are:\n\n";
    for (const meta::Entity& e : model.entities())
        out += fmt::format("- `{}` :: {}; see crm-{}(1).\n", e.noun, e.help, e.noun);
    out += "\n# OPTIONS\nThese go with every command, before or after the verb.\n\n" +
           option_items(global_options()) + "\n# VERBS OF EVERY NOUN\n";
    for (const Command& c : commands())
        if (c.noun == "*" && !c.hidden)
            out += fmt::format("- `{}` :: {}.\n", synopsis(c, "NOUN"), c.help);
    out += "\nWhat each takes is told on the pages of the nouns.\n# VERBS BY THEMSELVES\n";
    for (const Command& c : commands())
        if (c.noun.empty() && !c.hidden)
            out += command_text(c, "");
    out += R"text(# REFERENCES
Every record has a short id, such as `c12`, and a uid for other systems.
A command takes either, and also an e-mail address, a telephone number in any notation, an external reference (`hubspot:9931`), an internet domain of a company, the login of a user, or a name.
Where the noun is given, a bare number will do.
`me` is the user who gives the command: `--as`, `CRM_USER` or `USER`.
A reference that names nothing is an error (exit 1), and so is one that names several records (exit 3): the first match is never taken for granted.

`-` in place of references reads them from standard input: the first column of each line, or the `id` of each JSON line.
The output of any list is therefore the input of any other verb.
# ASSIGNMENTS
- `FIELD=VALUE` :: sets the field.
- `FIELD=` :: empties it.
- `FIELD+=VALUE`, `FIELD-=VALUE` :: adds a value to a list, or takes one off.
- `+tag`, `-tag` :: puts a tag on, or takes it off.

A list has one form everywhere: `value (type); value`, with a backslash before what belongs to a value.
`email=` and `phone=` set the first of their list.
A part of an address is set by its name: `billing_address.city=London`.
Dates are written as crm-dates(7) says.
# OUTPUT
On a terminal a list is a table as wide as the window.
In a pipe it is one line per record, columns separated by a tab, without a header and with the id first.
`-o` asks for other formats, which crm-formats(7) describes, and `-F` for other columns.
Standard output carries data; everything else goes to standard error.
# ENVIRONMENT
- `CRM_DB` :: the store, when `--db` is not given.
- `CRM_USER` :: who acts; otherwise `USER`.
- `CRM_NOW` :: what to take for now, as `--now` does.
- `CRM_PAGER`, `PAGER` :: the pager for tables on a terminal; `less -FRX` otherwise, and none when it is empty.
- `CRM_FORCE_TTY` :: behave as on a terminal.
- `NO_COLOR`, `CLICOLOR_FORCE`, `TERM`, `COLUMNS` :: colours and width.
- `TZ` :: the time zone.
- `XDG_DATA_HOME` :: where the default store lies.
# FILES
- `.crm/crm.db` :: the store of this directory and those below it, made by `crm init --here`.
- `$XDG_DATA_HOME/crm/crm.db` :: the default store; `XDG_DATA_HOME` is `~/.local/share` when unset.
# EXIT STATUS
0 when all was done, an empty list included; otherwise as crm-exit(7) says.
# EXAMPLES
    # take in an address book
    crm contact import cards.vcf
    # find people
    crm contact list account:acme title:sales
    # change all that a list finds
    crm contact list title:ceo | crm contact tag - +decider
    # one person, by e-mail address
    crm contact show ada@acme.example
# SEE ALSO
)text";
    std::vector<std::string> references;
    for (const meta::Entity& e : model.entities())
        references.push_back(fmt::format("@ .Xr crm-{} 1 ,\n", e.noun));
    std::ranges::sort(references);
    out += text::joined(references, "");
    out += "@ .Xr crm-dates 7 ,\n@ .Xr crm-exit 7 ,\n@ .Xr crm-formats 7 ,\n@ .Xr crm-query 7\n";
    return page;
}

Page noun_page(const meta::Entity& noun, const meta::Model& model) {
    Page page{fmt::format("crm-{}", noun.noun), 1, std::string(noun.help), {}};
    std::string& out = page.text;
    out = "# SYNOPSIS\n";
    for (const Command& c : commands())
        if (of_noun(c, noun.noun))
            out += synopsis_lines(c, noun.noun);
    out += fmt::format("# DESCRIPTION\nThe noun `{}` stands for {}. Its short ids begin with `{}`.",
                       noun.noun, noun.help, noun.prefix);
    if (noun.name() != nullptr)
        out += fmt::format(" NAME of `crm {} add` is its `{}`.", noun.noun, noun.name()->name());
    if (!noun.alias.empty())
        out += fmt::format(" It is also called `{}`.", noun.alias);
    out += fmt::format(
        " Options that every command takes are in crm(1).\n# {} FIELDS\nThe names serve as "
        "assignments, query words, columns and JSON keys alike. `crm fields {}` lists them, "
        "too.\n\n",
        capitals(noun.noun), noun.noun);
    for (const meta::FieldInfo& field : noun.fields())
        out += field_item(field);
    out += "\n# VERBS\n";
    for (const Command& c : commands())
        if (of_noun(c, noun.noun))
            out += command_text(c, noun.noun);
    out += "# QUERIES\nBesides the fields, a query knows these words; see crm-query(7).\n\n";
    for (const std::string& word : query::is_words(noun))
        out +=
            fmt::format("- `is:{0}` :: the same as `{1}`.\n", word, query::is_meaning(noun, word));
    for (const std::string& word : query::path_words({&noun}, model))
        if (word != "is" && word != "id" && word != "uid" && noun.find(word) == nullptr) {
            const meta::Entity* other = model.find(word);
            out += fmt::format("- `{}:`, `{}.FIELD:` :: {} that lead here.\n", word, word,
                               other == nullptr ? "records" : std::string(other->plural));
        }
    out += "\n# EXIT STATUS\nSee crm-exit(7).\n# EXAMPLES\n";
    bool any = false;
    for (const Command& c : commands()) {
        if (!of_noun(c, noun.noun))
            continue;
        std::vector<Example> own;
        std::ranges::copy_if(c.examples, std::back_inserter(own), [&](const Example& e) {
            return e.line.starts_with(std::string(noun.noun) + " ");
        });
        any = any || !own.empty();
        out += example_lines(own);
    }
    if (!any)
        out += fmt::format("    crm {} list\n", noun.noun);
    out +=
        "# SEE ALSO\n@ .Xr crm 1 ,\n@ .Xr crm-dates 7 ,\n@ .Xr crm-exit 7 ,\n@ .Xr crm-formats 7 "
        ",\n@ .Xr crm-query 7\n";
    return page;
}

Command manual() {
    return {.help = "Print a page of the manual as mdoc(7)",
            .arguments = {{.name = "PAGE", .kind = Kind::word, .help = "crm.1, crm-contact.1 …"}},
            .options = {{.name = "list", .help = "list the pages"}},
            .run = run_manual,
            .hidden = true};
}

Command help_command() {
    return {.help = "Say what a noun or a command is for",
            .arguments = {{.name = "NOUN|VERB",
                           .kind = Kind::noun,
                           .help = "what to tell about; everything without it"},
                          {.name = "VERB", .kind = Kind::verb, .help = "a verb of the noun"}},
            .run = run_help,
            .details = "The same as --help behind it.",
            .examples = {{"help", ""},
                         {"help contact", "its verbs and fields"},
                         {"help contact import", "one command"}}};
}

}  // namespace crm::cmd
