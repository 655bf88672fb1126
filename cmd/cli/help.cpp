#include "cmd/cli/help.hpp"

#include "base/text.hpp"
#include "cmd/cli/examples.hpp"
#include "meta/type.hpp"

#include <fmt/format.h>

namespace crm::cmd {
namespace {

std::string padded(std::string_view text, int width) {
    std::string out(text);
    for (int w = text::width(text); w < width; ++w)
        out += ' ';
    return out;
}

std::string option_spelling(const Option& option) {
    return (option.letter != 0 ? fmt::format("-{}, ", option.letter) : std::string("    ")) + "--" +
           std::string(option.name) + (option.value.empty() ? "" : " " + std::string(option.value));
}

std::string options_text(std::span<const Option> options) {
    std::string out;
    for (const Option& option : options) {
        std::string help(option.help);
        if (!option.words.empty()) {
            help += ": ";
            for (std::size_t i = 0; i < option.words.size(); ++i)
                help += (i > 0 ? ", " : "") + std::string(option.words[i]);
        }
        out += "  " + padded(option_spelling(option), 24) + " " + help + "\n";
    }
    return out;
}

std::string program_help(const meta::Entity*) {
    std::string out =
        "crm — customer relations from the terminal: one program, one file\n\n"
        "  crm NOUN VERB [ARG…] [FIELD=VALUE…] [FLAG…]\n  crm VERB [ARG…] [FLAG…]\n\nNouns\n";
    for (const meta::Declaration& d : meta::declarations())
        out +=
            "  " + padded(d.word.empty() ? d.noun : d.word, 12) + " " + std::string(d.help) + "\n";
    out += "\nVerbs of every noun\n";
    for (const Command& c : commands())
        if (c.noun == "*" && !c.hidden)
            out += "  " + padded(c.verb, 12) + " " + std::string(c.help) + "\n";
    out += "\nVerbs by themselves\n";
    for (const Command& c : commands())
        if (c.noun.empty() && !c.hidden)
            out += "  " + padded(c.verb, 12) + " " + std::string(c.help) + "\n";
    out += "\nFlags everywhere\n" + options_text(global_options());
    out +=
        "\nTry\n  crm contact import cards.vcf contacts.csv\n  crm contact list account:acme\n  "
        "crm search berlin\n\ncrm NOUN --help and crm NOUN VERB --help say more; so does man "
        "crm.\n";
    return out;
}

std::string noun_help(const meta::Entity& noun) {
    std::string out = fmt::format("crm {} — {}\n\nVerbs\n", noun.word, noun.help);
    for (const Command& c : commands())
        if (!c.hidden && (c.noun == "*" || c.noun == noun.noun))
            out += "  " + padded(c.verb, 10) + " " + std::string(c.help) + "\n";
    out += "\nFields\n";
    for (const meta::FieldInfo& field : noun.fields())
        out += "  " + padded(field.name(), 18) + " " + std::string(field.field->help) + "\n";
    out += fmt::format("\ncrm {0} VERB --help says more; crm fields {0} tells the types.\n",
                       noun.word);
    return out;
}

}  // namespace

std::string synopsis(const Command& command, std::string_view noun) {
    std::string out(command.noun == "*" ? noun : command.noun);
    if (!out.empty())
        out += ' ';
    out += command.verb;
    for (const Argument& a : command.arguments) {
        const std::string name = std::string(a.name) + (a.many ? "…" : "");
        out += a.required ? " " + name : " [" + name + "]";
    }
    for (const Option& o : command.options)
        out += fmt::format(
            " [{}{}{}]", o.letter != 0 ? fmt::format("-{}", o.letter) : fmt::format("--{}", o.name),
            o.value.empty() ? "" : " ", o.value);
    return out;
}

std::string help_text(const Command* command, const meta::Entity* noun) {
    if (command == nullptr)
        return noun == nullptr ? program_help(nullptr) : noun_help(*noun);
    const std::string_view name = noun == nullptr ? std::string_view() : noun->word;
    std::string out = fmt::format("{}\n\n  crm {}\n", command->help, synopsis(*command, name));
    if (!command->arguments.empty()) {
        out += "\n";
        for (const Argument& a : command->arguments)
            out += "  " + padded(a.name, 24) + " " + std::string(a.help) + "\n";
    }
    if (!command->options.empty())
        out += "\n" + options_text(command->options);
    if (const std::string details = command->all_details(); !details.empty())
        out += "\n" + details + "\n";
    const std::vector<Example> examples = verb_examples(*command, name);
    if (!examples.empty()) {
        out += "\nExamples\n";
        for (const Example& e : examples)
            out += "  crm " + padded(e.line, 56) +
                   (e.says.empty() ? "" : "  # " + std::string(e.says)) + "\n";
    }
    out += "\ncrm --help lists the flags that every command takes.\n";
    return out;
}

}  // namespace crm::cmd
