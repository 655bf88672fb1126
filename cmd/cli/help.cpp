#include "cmd/cli/help.hpp"

#include "base/text.hpp"
#include "cmd/cli/examples.hpp"
#include "cmd/cli/help_lines.hpp"
#include "cmd/cli/manual.hpp"
#include "meta/type.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::cmd {
namespace {

using Entry = HelpLines::Entry;

Entry option_entry(const Option& option) {
    Entry entry{option.letter != 0 ? fmt::format("-{}, ", option.letter) : "    ",
                std::string(option.help)};
    entry.name += fmt::format("--{}", option.name);
    if (!option.value.empty())
        entry.name += fmt::format(" {}", option.value);
    for (std::size_t i = 0; i < option.words.size(); ++i)
        entry.help += (i == 0 ? ": " : ", ") + std::string(option.words[i]);
    return entry;
}

std::vector<Entry> option_entries(std::span<const Option> options) {
    std::vector<Entry> out;
    for (const Option& option : options)
        out.push_back(option_entry(option));
    return out;
}

/// The commands of a noun: "" for those of none, "*" for those of every noun.
std::vector<Entry> command_entries(std::string_view noun) {
    std::vector<Entry> out;
    for (const Command& c : commands())
        if (!c.hidden && c.noun == noun)
            out.push_back({std::string(c.verb), std::string(c.help)});
    return out;
}

std::vector<Entry> verb_entries(std::string_view noun) {
    std::vector<Entry> out;
    for (const Command* c : commands_of(noun))
        out.push_back({std::string(c->verb), std::string(c->help)});
    return out;
}

std::string program_help(int width) {
    HelpLines out(width);
    out.paragraph("crm — customer relations from the terminal: one program, one file");
    out.line();
    out.line("  crm NOUN VERB [ARG…] [FIELD=VALUE…] [OPTION…]");
    out.line("  crm VERB [ARG…] [OPTION…]");
    out.title("Nouns");
    std::vector<Entry> nouns;
    for (const meta::Declaration& d : meta::declarations())
        nouns.push_back({std::string(d.noun), std::string(d.help)});
    out.entries(nouns);
    out.title("Verbs of every noun");
    out.entries(command_entries("*"));
    out.title("Commands without a noun");
    out.entries(command_entries(""));
    out.title("Topics, for crm help");
    std::vector<Entry> topics;
    for (const Topic& topic : help_topics())
        topics.push_back({std::string(topic.name), std::string(topic.about)});
    out.entries(topics);
    out.title("Options of every command");
    out.entries(option_entries(global_options()));
    out.title("Examples");
    out.line("  crm contact import cards.vcf contacts.csv");
    out.line("  crm contact list account:acme");
    out.line("  crm search berlin");
    out.line();
    out.paragraph("New to crm? crm help tutorial, or man crm-tutorial, takes fifteen minutes.");
    out.paragraph("See also: crm NOUN --help, crm NOUN VERB --help, man crm");
    return std::move(out).text();
}

/// The comments of examples are beside them if there is room for all, else above.
void add_examples(HelpLines& out, std::span<const Example> examples) {
    int longest = 0;
    for (const Example& e : examples)
        longest = std::max(longest, text::width(e.line));
    const bool beside = std::ranges::all_of(examples, [&](const Example& e) {
        return 2 + 4 + longest + 4 + text::width(e.says) <= out.width();
    });
    for (const Example& e : examples) {
        if (!beside && !e.says.empty())
            out.comment(e.says);
        std::vector<std::string> lines = example_lines(e, out.width() - 2);
        if (beside && !e.says.empty())
            lines.back() += blanks(longest - text::width(e.line)) + "  # " + std::string(e.says);
        for (const std::string& line : lines)
            out.line("  " + line);
    }
}

std::string noun_help(const meta::Entity& noun, int width) {
    HelpLines out(width);
    out.paragraph(fmt::format("crm {} — {}", noun.noun, noun.help));
    out.title("Verbs");
    out.entries(verb_entries(noun.noun));
    out.title("Fields");
    std::vector<Entry> fields;
    for (const meta::FieldInfo& field : noun.fields())
        fields.push_back({std::string(field.name()), std::string(field.field->help)});
    out.entries(fields);
    if (const auto examples = noun_examples(noun.noun); !examples.empty()) {
        out.title("Examples");
        add_examples(out, examples);
    }
    out.line();
    out.paragraph(
        fmt::format("See also: crm {0} VERB --help, crm fields {0}, man crm-{0}", noun.noun));
    return std::move(out).text();
}

/// Each argument and option of the synopsis, as one word that is not broken.
std::vector<std::string> synopsis_words(const Command& command, std::string_view noun) {
    std::vector<std::string> out;
    if (const std::string_view name = command.noun == "*" ? noun : command.noun; !name.empty())
        out.emplace_back(name);
    out.emplace_back(command.verb);
    for (const Argument& a : command.arguments) {
        const std::string name = std::string(a.name) + (a.shows_more() ? "…" : "");
        out.push_back(a.required ? name : "[" + name + "]");
    }
    for (const Option& o : command.options) {
        const std::string name =
            o.letter != 0 ? fmt::format("-{}", o.letter) : fmt::format("--{}", o.name);
        const std::string whole = o.value.empty() ? name : fmt::format("{} {}", name, o.value);
        out.push_back(o.required ? whole : "[" + whole + "]");
    }
    return out;
}

std::string command_help(const Command& command, std::string_view noun, int width) {
    HelpLines out(width);
    out.paragraph(command.help);
    out.line();
    out.wrap("  crm ", synopsis_words(command, noun), 6);
    if (!command.arguments.empty() || !command.options.empty())
        out.line();
    std::vector<Entry> entries;
    for (const Argument& a : command.arguments)
        entries.push_back({std::string(a.name), std::string(a.help)});
    std::ranges::copy(option_entries(command.options), std::back_inserter(entries));
    out.entries(entries);
    if (const std::string details = command.all_details(); !details.empty()) {
        out.line();
        out.prose(details);
    }
    if (const auto examples = verb_examples(command, noun); !examples.empty()) {
        out.title("Examples");
        add_examples(out, examples);
    }
    out.line();
    out.line("crm --help lists the options of every command.");
    return std::move(out).text();
}

}  // namespace

std::string synopsis(const Command& command, std::string_view noun) {
    return text::joined(synopsis_words(command, noun), " ");
}

std::string help_text(const Command* command, const meta::Entity* noun, int width) {
    if (command != nullptr)
        return command_help(*command, noun == nullptr ? std::string_view() : noun->noun, width);
    return noun == nullptr ? program_help(width) : noun_help(*noun, width);
}

}  // namespace crm::cmd
