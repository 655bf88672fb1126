#include "base/error.hpp"
#include "base/text.hpp"
#include "cmd/cli/config.hpp"
#include "cmd/cli/examples.hpp"
#include "cmd/cli/help.hpp"
#include "cmd/cli/manual.hpp"
#include "form/vendors.hpp"
#include "meta/type.hpp"
#include "query/check.hpp"
#include "query/path.hpp"
#include "show/writer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

/// What the pages of the manual take from the tables that the program itself reads.
namespace crm::cmd {
namespace {

using meta::Entity;
using meta::FieldInfo;
using meta::Model;

/// Of a line that is shown as it stands, between the margins of a page.
constexpr int page_width = 69;

/// A line of help as a sentence: with a capital, unless it begins with a name such as vCard, and a
/// full stop.
std::string sentence(std::string_view help) {
    std::string out(help);
    const std::string_view first = help.substr(0, help.find_first_of(" ,;"));
    if (first.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos &&
        !first.empty() && first.front() != '-')
        out.front() = static_cast<char>(out.front() - 'a' + 'A');
    if (!help.ends_with('.') && !help.ends_with("…"))
        out += '.';
    return out;
}

// --- commands

/// A word of SYNOPSIS in mdoc.
std::string synopsis_word(std::string_view word) {
    std::string out;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (word.substr(i).starts_with("…")) {
            out += "...";
            i += 2;
        } else if (word[i] == '-') {
            out += "\\-";
        } else {
            out += word[i];
        }
    }
    return out;
}

/// How a command is called, for SYNOPSIS: mdoc, since its macros know how to break such lines.
std::string synopsis_lines(const Command& command, std::string_view noun) {
    std::string out = fmt::format("@ .Nm crm\n@ .Cm {} {}\n", noun, command.verb);
    for (const Argument& a : command.arguments)
        out += fmt::format("@ .{} {}{}\n", a.required ? "Ar" : "Op Ar", synopsis_word(a.name),
                           a.shows_more() ? " ..." : "");
    for (const Option& o : command.options) {
        const std::string_view macro = o.required ? "Fl" : "Op Fl";
        out += o.letter != 0 ? fmt::format("@ .{} {}", macro, o.letter)
                             : fmt::format("@ .{} Fl {}", macro, o.name);
        out += o.value.empty() ? "\n" : fmt::format(" Ar {}\n", synopsis_word(o.value));
    }
    return out;
}

std::string synopses(const Entity& noun) {
    std::string out;
    for (const Command* c : commands_of(noun.noun))
        out += synopsis_lines(*c, noun.noun);
    return out;
}

std::string option_items(std::span<const Option> options) {
    std::string out;
    for (const Option& o : options) {
        std::string help(o.help);
        if (!o.words.empty())
            help += fmt::format(": {}", fmt::join(o.words, ", "));
        out += fmt::format("- {}`--{}`{}: {}\n",
                           o.letter != 0 ? fmt::format("`-{}`, ", o.letter) : "", o.name,
                           o.value.empty() ? "" : fmt::format(" *{}*", o.value), sentence(help));
    }
    return out;
}

std::string command_text(const Command& command, std::string_view noun) {
    std::string out = fmt::format("### {}{}{}\n\n{}\n", noun, noun.empty() ? "" : " ", command.verb,
                                  sentence(command.help));
    if (const std::string details = command.all_details(); !details.empty())
        out += details + "\n";
    if (!command.alias.empty())
        out += fmt::format("An alias is `{}`.\n", command.alias);
    out += "\n";
    for (const Argument& a : command.arguments)
        if (!a.help.empty())
            out += fmt::format("- *{}*: {}\n", a.name, sentence(a.help));
    return out + option_items(command.options) + "\n";
}

std::string verbs_of(const Entity& noun) {
    std::string out;
    for (const Command* c : commands_of(noun.noun))
        out += command_text(*c, noun.noun);
    return out;
}

/// The verbs that stand without a noun.
std::string other_verbs() {
    std::string out;
    for (const Command& c : commands())
        if (c.noun.empty() && !c.hidden)
            out += command_text(c, "");
    return out;
}

std::string common_verbs() {
    std::string out;
    for (const Command& c : commands())
        if (c.noun == "*" && !c.hidden)
            out += fmt::format("- `{}`: {}\n", synopsis(c, "NOUN"), sentence(c.help));
    return out;
}

/// What the noun's own commands show, and the examples of the noun.
std::string examples_of(const Entity& noun) {
    std::vector<Example> all = noun_examples(noun.noun);
    for (const Command& c : commands())
        if (c.noun == noun.noun && !c.hidden)
            for (const Example& e : c.examples)
                if (std::ranges::find(all, e.line, &Example::line) == all.end())
                    all.push_back(e);
    std::string out;
    for (const Example& e : all) {
        if (!e.says.empty())
            out += fmt::format("# {}\n", e.says);
        for (const std::string& line : example_lines(e, page_width))
            out += line + "\n";
    }
    return "```sh\n" + out + "```\n";
}

// --- nouns and fields

std::string noun_list(const Model& model) {
    std::string out;
    for (const Entity& e : model.entities())
        out += fmt::format("- `{}`: {}; see crm-{}(1).\n", e.noun, e.help, e.noun);
    return out;
}

std::string noun_references(const Model& model) {
    std::vector<std::string> names;
    for (const Entity& e : model.entities())
        names.push_back(fmt::format("crm-{}(1)", e.noun));
    // The pages of commands.
    names.emplace_back("crm-gate(1)");
    names.emplace_back("crm-report(1)");
    std::ranges::sort(names);
    return fmt::format("{},\n", fmt::join(names, ",\n"));
}

std::string name_of(const Entity& noun) {
    std::string out;
    if (noun.name() != nullptr)
        out += fmt::format("NAME of `crm {} add` is its `{}`.\n", noun.noun, noun.name()->name());
    if (!noun.alias.empty())
        out += fmt::format("An alias of the noun is `{}`.\n", noun.alias);
    return out;
}

std::string field_item(const FieldInfo& field) {
    static constexpr std::pair<std::uint16_t, std::string_view> notes[] = {
        {meta::required, "required"},     {meta::unique, "unique"},
        {meta::many, "a list"},           {meta::derived, "computed"},
        {meta::searched, "in full text"}, {meta::lookup, "identifies the record"}};
    std::string flags;
    for (const auto& [flag, note] : notes)
        if (field.is(flag))
            flags += ", " + std::string(note);
    std::string out = fmt::format("- `{}` ({}{}): {}", field.name(), meta::type_name(field.type()),
                                  flags, sentence(field.field->help));
    const std::string takes = meta::value_help(field);
    if (field.type() == meta::Type::choice)
        out += fmt::format(" One of: {}.", takes);
    else if (field.type() == meta::Type::link || field.type() == meta::Type::rows)
        out += fmt::format(" Takes {}.", takes);
    return out + "\n";
}

std::string fields_of(const Entity& noun) {
    std::string out;
    for (const FieldInfo& field : noun.fields())
        out += field_item(field);
    return out;
}

// --- queries

std::string is_words_of(const Entity& noun) {
    std::string out;
    for (const std::string& word : query::is_words(noun))
        out += fmt::format("- `is:{}`: the same as `{}`.\n", word, query::is_meaning(noun, word));
    return out;
}

/// The `is:` words of every noun once, then those of each.
std::string is_words(const Model& model) {
    std::string out;
    for (const Entity& e : model.entities()) {
        for (const std::string& word : query::is_words(e)) {
            const bool general = std::ranges::all_of(model.entities(), [&](const Entity& other) {
                return query::is_meaning(other, word) == query::is_meaning(e, word);
            });
            if (!general || &e == model.entities().data())
                out += fmt::format("- `is:{}` of {}: the same as `{}`.\n", word,
                                   general ? "every noun" : std::string(e.plural),
                                   query::is_meaning(e, word));
        }
    }
    return out;
}

bool links_to(const FieldInfo& field, const Entity& noun) {
    if (field.type() == meta::Type::rows)
        return std::ranges::any_of(field.rows, [&](const FieldInfo& f) { return f.to == &noun; });
    return field.to == &noun && field.of == nullptr;
}

/// Words for the records that link to a noun by a field made for it: `deal` and `subsidiaries` of
/// an account. What any record can have (tasks, notes …) is left out.
std::vector<std::string> reverse_words(const Entity& noun, const Model& model) {
    std::vector<std::string> words;
    for (const Entity& other : model.entities())
        for (const FieldInfo& field : other.fields()) {
            if (!links_to(field, noun) || field.name() == "owner")
                continue;
            const std::string_view own = field.field->more.reverse;
            const std::string word(own.empty() ? other.noun : own);
            if (std::ranges::find(words, word) == words.end())
                words.push_back(word);
        }
    return words;
}

std::string quoted_list(const std::vector<std::string>& words) {
    return words.empty() ? "" : fmt::format("`{}`", fmt::join(words, "`, `"));
}

std::string reverse_of(const Entity& noun, const Model& model) {
    const std::vector<std::string> words = reverse_words(noun, model);
    if (words.empty())
        return {};
    return fmt::format("Records that link to {} are reached by {}.\n", noun.plural,
                       quoted_list(words));
}

std::string paths(const Model& model) {
    std::string out;
    for (const Entity& e : model.entities()) {
        std::vector<std::string> links;
        for (const FieldInfo& field : e.fields()) {
            if (field.type() != meta::Type::link && field.type() != meta::Type::rows)
                continue;
            if (field.name() == "owner")
                continue;
            const Entity* to = field.type() == meta::Type::link ? field.to : field.rows.front().to;
            links.push_back(fmt::format("`{}` ({})", field.name(),
                                        to == nullptr ? "any noun" : std::string(to->noun)));
        }
        const std::vector<std::string> back = reverse_words(e, model);
        if (links.empty() && back.empty())
            continue;
        out += fmt::format("- `{}`: {}{}{}.\n", e.noun, fmt::join(links, ", "),
                           links.empty() || back.empty() ? "" : "; ",
                           back.empty() ? "" : "reverse: " + quoted_list(back));
    }
    return out;
}

// --- formats

std::string format_items() {
    std::string out;
    for (const FormatWord& format : format_words())
        out += fmt::format("- `{}`: {}\n", format.word, format.meaning);
    return out;
}

std::string programs() {
    std::vector<std::string_view> names;
    for (const form::Vendor& vendor : form::vendors())
        names.push_back(vendor.name);
    return fmt::format("{}.\n", fmt::join(names, ", "));
}

/// What tells records of one name apart, by noun.
std::string identities(const Model& model) {
    std::string out;
    for (const Entity& noun : model.entities()) {
        std::vector<std::string_view> fields;
        for (const meta::FieldInfo* field : noun.identity())
            fields.push_back(field->name());
        if (!fields.empty())
            out += fmt::format("- {}: {}\n", noun.noun, fmt::join(fields, ", "));
    }
    return out;
}

// --- configuration

std::string setting_items() {
    std::string out;
    for (const Setting& s : settings()) {
        const std::string also =
            s.variable.empty() ? std::string() : fmt::format(", then `{}`", s.variable);
        out += fmt::format("- `{}`: {} Default: {}. `{}`{} takes precedence over the files.\n",
                           s.key, sentence(s.help), s.fallback, variable_of(s), also);
    }
    return out;
}

std::string rule_items() {
    std::string out;
    for (const RuleTable& table : rule_tables()) {
        out += fmt::format("### Table {}\n\n{}\n\n", table.name, sentence(table.help));
        for (const RuleKey& key : table.keys) {
            std::string help(key.help);
            if (!key.words.empty())
                help += fmt::format(": {}", fmt::join(key.words, ", "));
            out += fmt::format("- `{}`{}: {}\n", key.name, key.required ? " (required)" : "",
                               sentence(help));
        }
        out += fmt::format("\n{}\n\n", table.example);
    }
    return out;
}

std::string noun_table(std::string_view name, const Model& model, const Entity& noun) {
    if (name == "synopsis")
        return synopses(noun);
    if (name == "name")
        return name_of(noun);
    if (name == "fields")
        return fields_of(noun);
    if (name == "verbs")
        return verbs_of(noun);
    if (name == "is words")
        return is_words_of(noun);
    if (name == "reverse")
        return reverse_of(noun, model);
    if (name == "examples")
        return examples_of(noun);
    throw Error(Fault::internal, "manual", fmt::format("no table '{}' of a noun", name));
}

}  // namespace

std::string manual_table(std::string_view name, const Model& model, const Entity* noun) {
    if (noun != nullptr)
        return noun_table(name, model, *noun);
    if (name == "nouns")
        return noun_list(model);
    if (name == "noun references")
        return noun_references(model);
    if (name == "global options")
        return option_items(global_options());
    if (name == "common verbs")
        return common_verbs();
    if (name == "verbs")
        return other_verbs();
    if (name == "is words")
        return is_words(model);
    if (name == "paths")
        return paths(model);
    if (name == "formats")
        return format_items();
    if (name == "programs")
        return programs();
    if (name == "identities")
        return identities(model);
    if (name == "settings")
        return setting_items();
    if (name == "rules")
        return rule_items();
    throw Error(Fault::internal, "manual", fmt::format("no table '{}'", name));
}

std::string capitals(std::string_view ascii) {
    std::string out(ascii);
    std::ranges::transform(out, out.begin(), [](unsigned char c) {
        return static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    });
    return out;
}

}  // namespace crm::cmd
