#include "cmd/cli/parse.hpp"

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "show/writer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace crm::cmd {

std::vector<Option> options_of(const Command* command) {
    std::vector<Option> all;
    if (command != nullptr)
        all = command->options;
    for (const Option& option : global_options())
        if (std::ranges::none_of(all, [&](const Option& o) { return o.name == option.name; }))
            all.push_back(option);
    return all;
}

const Option* option_named(std::span<const Option> options, std::string_view word) {
    if (word.starts_with("--")) {
        const std::string_view name = word.substr(
            2, word.find('=') == std::string_view::npos ? word.size() : word.find('=') - 2);
        for (const Option& option : options)
            if (option.name == name)
                return &option;
    } else if (word.size() == 2 && word[0] == '-') {
        for (const Option& option : options)
            if (option.letter == word[1])
                return &option;
    }
    return nullptr;
}

bool is_option(std::string_view word) {
    return word.starts_with("--") || (word.size() == 2 && word[0] == '-' && word[1] != '-');
}

namespace {

[[noreturn]] void unknown(std::string_view what, std::string_view word,
                          const std::vector<std::string>& among, std::string_view otherwise,
                          std::string code) {
    Error e(Fault::usage, std::move(code),
            fmt::format("there is no {} '{}'", what, text::clipped(text::visible(word), 60)));
    suggest(e, word, among, otherwise);
    throw e;
}

/// What other programs call what is done here.
std::string_view meant_by(std::string_view word) {
    static constexpr std::pair<std::string_view, std::string_view> others[] = {
        {"delete", "rm"},
        {"del", "rm"},
        {"remove", "rm"},
        {"trash", "rm"},
        {"new", "add"},
        {"create", "add"},
        {"insert", "add"},
        {"update", "edit"},
        {"modify", "edit"},
        {"set", "edit"},
        {"change", "edit"},
        {"view", "show"},
        {"get", "show"},
        {"info", "show"},
        {"cat", "show"},
        {"find", "search"},
        {"grep", "search"},
        {"undelete", "restore"},
        {"history", "log"},
        {"done", "edit REF status=Completed"},
        {"complete", "edit REF status=Completed"},
        {"redo", "undo N, the number of the undo in crm log"},
        {"duplicates", "dupes"},
        {"dedupe", "dupes"}};
    for (const auto& [other, own] : others)
        if (other == word)
            return own;
    return {};
}

/// The noun of a word that is a short id; null for any other.
const meta::Entity* of_id(std::string_view word, const meta::Model& model) {
    const auto digits = word.find_first_of("0123456789");
    if (digits == 0 || digits == word.npos ||
        word.find_first_not_of("0123456789", digits) != word.npos)
        return nullptr;
    return model.by_prefix(word.substr(0, digits));
}

/// -nv, -ojson, -Fid,name, -F=id: a word that begins like this leaves out or takes off, and here it
/// could just as well be options written together. Neither is guessed.
void check_joined(std::string_view word, std::span<const Option> options, const meta::Model& model,
                  const meta::Entity* noun) {
    if (word.size() < 3 || word[0] != '-' || word.find(':') != word.npos)
        return;
    const auto of_letter = [&](char letter) {
        return std::ranges::find(options, letter, &Option::letter);
    };
    const auto flag = [&](char letter) {
        const auto option = of_letter(letter);
        return option != options.end() && option->kind == Kind::none;
    };
    const auto joined = [&](std::string apart) {
        throw Error(Fault::usage, "joined_options",
                    fmt::format("'{}' could be options written together, or leave out '{}'",
                                text::clipped(word, 40), text::clipped(word.substr(1), 40)),
                    fmt::format("write {}, or not +{}; after -- it is no option", apart,
                                text::clipped(word.substr(1), 40)));
    };
    std::string apart;
    for (const char letter : word.substr(1))
        apart += fmt::format("{}-{}", apart.empty() ? "" : " ", letter);
    if (std::ranges::all_of(word.substr(1), flag))
        return joined(apart);
    const auto option = of_letter(word[1]);
    if (word[1] == 'n' &&
        std::ranges::all_of(word.substr(2), [](char c) { return c >= '0' && c <= '9'; }))
        return joined(fmt::format("--limit {}", word.substr(2)));
    if (option == options.end() || option->kind == Kind::none)
        return;
    std::string_view value = word.substr(2);
    const bool equals = value.starts_with('=');
    if (equals)
        value.remove_prefix(1);
    const bool format =
        option->kind == Kind::format &&
        (value.starts_with("vcard") ||
         std::ranges::find(show::format_words(), value) != show::format_words().end());
    std::string_view first = value.substr(0, value.find_first_of(",."));
    if (option->letter == 's' && first.starts_with('-'))
        first.remove_prefix(1);
    const bool field =
        option->kind == Kind::fields &&
        (first == "id" || first == "uid" ||
         (noun != nullptr ? noun->find(first) != nullptr
                          : std::ranges::any_of(model.entities(), [&](const meta::Entity& e) {
                                return e.find(first) != nullptr;
                            })));
    if (equals || field || format)
        joined(fmt::format("-{} {}", word[1], value));
}

std::vector<std::string> verbs_of(std::string_view noun) {
    std::vector<std::string> verbs;
    for (const Command& c : commands()) {
        if (c.hidden)
            continue;
        if (noun.empty() ? c.noun.empty() : (c.noun == "*" || c.noun == noun))
            verbs.emplace_back(c.verb);
    }
    return verbs;
}

std::string shell_word(const std::string& word) {
    if (!word.empty() &&
        word.find_first_not_of(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%^") ==
            std::string::npos)
        return word;
    std::string out = "'";
    for (char c : word)
        out += c == '\'' ? "'\\''" : std::string(1, c);
    return out + "'";
}

}  // namespace

Parsed parse(const std::vector<std::string>& args, const meta::Model& model) {
    Parsed out;
    // The first words that are no options say what to do; what they are decides which options there
    // are.
    std::vector<std::size_t> heads;
    const std::span<const Option> globals = global_options();
    for (std::size_t i = 0; i < args.size() && heads.size() < 2; ++i) {
        if (args[i] == "--")
            break;
        if (!is_option(args[i])) {
            heads.push_back(i);
            continue;
        }
        const Option* option = option_named(globals, args[i]);
        if (option != nullptr && option->kind != Kind::none &&
            args[i].find('=') == std::string::npos)
            ++i;
    }
    const meta::Entity* noun = heads.empty() ? nullptr : model.find(args[heads[0]]);
    const std::size_t used = heads.empty() ? 0 : noun != nullptr && heads.size() > 1 ? 2 : 1;
    const bool asks_help =
        std::ranges::any_of(args, [](const std::string& a) { return a == "--help" || a == "-h"; });
    if (!heads.empty()) {
        if (noun != nullptr) {
            out.args.noun = noun;
            out.help_noun = noun->noun;
            if (heads.size() > 1) {
                out.command = find_command(noun->noun, args[heads[1]]);
                if (const std::string_view own = meant_by(args[heads[1]]);
                    out.command == nullptr && !own.empty())
                    throw Error(
                        Fault::usage, "unknown_verb",
                        fmt::format("there is no verb '{}'", args[heads[1]]),
                        fmt::format(
                            "crm {}{}",
                            own == "search" || own == "dupes" ? "" : std::string(noun->noun) + " ",
                            own));
                // crm note c1: the verb of the same name.
                if (const meta::Entity* of =
                        out.command == nullptr ? of_id(args[heads[1]], model) : nullptr;
                    of != nullptr && find_command(of->noun, noun->noun) != nullptr)
                    throw Error(
                        Fault::usage, "unknown_verb",
                        fmt::format("there is no verb '{}'", args[heads[1]]),
                        fmt::format("crm {} {} {} …", of->noun, noun->noun, args[heads[1]]));
                if (out.command == nullptr)
                    unknown("verb", args[heads[1]], verbs_of(noun->noun),
                            fmt::format("crm {} --help lists them", noun->noun), "unknown_verb");
                out.help_verb = out.command->verb;
            } else if (!asks_help) {
                throw Error(Fault::usage, "no_verb", fmt::format("{} needs a verb", noun->noun),
                            fmt::format("crm {0} list, crm {0} add …; crm {0} --help lists them",
                                        noun->noun));
            }
        } else {
            out.command = find_command("", args[heads[0]]);
            if (out.command == nullptr && find_command("contact", args[heads[0]]) != nullptr) {
                if (const meta::Entity* of =
                        heads.size() > 1 ? of_id(args[heads[1]], model) : nullptr)
                    throw Error(
                        Fault::usage, "no_noun", fmt::format("{} needs its noun", args[heads[0]]),
                        fmt::format("crm {} {} {} …", of->noun, args[heads[0]], args[heads[1]]));
                throw Error(
                    Fault::usage, "no_noun", fmt::format("{} of what?", args[heads[0]]),
                    fmt::format("crm contact {0} …, crm account {0} …; crm --help lists the nouns",
                                args[heads[0]]));
            }
            if (const std::string_view own = meant_by(args[heads[0]]);
                out.command == nullptr && !own.empty())
                throw Error(
                    Fault::usage, "unknown_command",
                    fmt::format("there is no noun or verb '{}'", args[heads[0]]),
                    fmt::format(
                        "crm {}{}",
                        find_command("", own.substr(0, own.find(' '))) == nullptr ? "NOUN " : "",
                        own));
            if (out.command == nullptr) {
                std::vector<std::string> words = verbs_of("");
                for (const meta::Entity& e : model.entities())
                    words.emplace_back(e.noun);
                unknown("noun or verb", args[heads[0]], words, "crm --help lists them",
                        "unknown_command");
            }
            out.help_verb = out.command->verb;
        }
    }
    const std::vector<Option> options = options_of(out.command);
    // Query terms (-stage:proposal), tags to take off (-vip) and what comes after "--" are words:
    // options are only what is_option() says, with a value as --name=value or in the next word.
    bool ended = false;
    for (std::size_t i = 0; i < args.size(); ++i) {
        const std::string& word = args[i];
        if (std::ranges::find(heads.begin(), heads.begin() + static_cast<long>(used), i) !=
            heads.begin() + static_cast<long>(used))
            continue;
        if (!ended && word == "--") {
            ended = true;
            continue;
        }
        if (ended || !is_option(word)) {
            if (!ended)
                check_joined(word, options, model, out.args.noun);
            out.args.words.push_back(word);
            continue;
        }
        const Option* option = option_named(options, word);
        if (option == nullptr) {
            std::vector<std::string> names;
            for (const Option& o : options)
                names.push_back("--" + std::string(o.name));
            unknown("option", word.substr(0, word.find('=')), names,
                    out.command == nullptr
                        ? "crm --help"
                        : fmt::format("crm {}{}{} --help", out.help_noun,
                                      out.help_noun.empty() ? "" : " ", out.help_verb),
                    "unknown_option");
        }
        const auto equals = word.starts_with("--") ? word.find('=') : std::string::npos;
        std::string& value = out.args.options[std::string(option->name)];
        if (option->kind == Kind::none) {
            if (equals != std::string::npos)
                throw Error(Fault::usage, "no_value",
                            fmt::format("--{} takes no value", option->name));
        } else if (equals != std::string::npos) {
            value = word.substr(equals + 1);
        } else {
            if (i + 1 >= args.size())
                throw Error(Fault::usage, "no_value",
                            fmt::format("{} needs {}", word,
                                        option->value.empty() ? "a value" : option->value));
            value = args[++i];
        }
    }
    out.help = out.args.flag("help");
    out.version = out.args.flag("version");
    out.args.line = "crm";
    for (const std::string& word : args)
        out.args.line += " " + shell_word(word);

    out.args.line = text::sanitised(out.args.line);

    if (out.help || out.version || out.command == nullptr)
        return out;
    // Names of files are bytes; everything else is kept or compared as text.
    const auto must_be_text = [](const std::string& word) {
        if (!text::valid(word))
            throw Error(Fault::usage, "not_utf8",
                        fmt::format("'{}' is not UTF-8",
                                    text::clipped(text::visible(text::sanitised(word)), 60)),
                        "a terminal with a UTF-8 locale, or iconv -t UTF-8, makes it so");
    };
    const auto& arguments = out.command->arguments;
    for (std::size_t i = 0; i < out.args.words.size(); ++i)
        if (arguments.empty() || arguments[std::min(i, arguments.size() - 1)].kind != Kind::file)
            must_be_text(out.args.words[i]);
    for (const auto& [name, value] : out.args.options)
        if (const auto option = std::ranges::find(options, name, &Option::name);
            option != options.end() && option->kind != Kind::file)
            must_be_text(value);
    for (const Option& option : options) {
        if (option.words.empty() || !out.args.has(option.name))
            continue;
        const std::string value = out.args.text(option.name);
        if (const auto word = std::ranges::find(option.words, text::key(value),
                                                [](std::string_view w) { return text::key(w); });
            word != option.words.end()) {
            out.args.options[std::string(option.name)] =
                *word;  // as it is written, however it was typed
            continue;
        }
        std::vector<std::string> words(option.words.begin(), option.words.end());
        Error e(Fault::usage, "unknown_word",
                fmt::format("--{}: '{}' is not one of its words", option.name,
                            text::clipped(value, 40)));
        suggest(e, value, words, text::joined(words, ", "));
        throw e;
    }
    std::size_t needed = 0, most = 0;
    for (const Argument& argument : out.command->arguments) {
        needed += argument.required ? 1 : 0;
        most = argument.many ? SIZE_MAX : most == SIZE_MAX ? most : most + 1;
    }
    const std::string usage =
        fmt::format("crm {}{}{}", out.help_noun, out.help_noun.empty() ? "" : " ", out.help_verb);
    if (out.args.words.size() < needed && !out.args.has("where"))
        throw Error(Fault::usage, "missing",
                    fmt::format("{} needs {}", usage.substr(4),
                                out.command->arguments[out.args.words.size()].name),
                    usage + " --help");
    if (out.args.words.size() > most)
        throw Error(Fault::usage, "too_many",
                    fmt::format("'{}' is one word too many for {}",
                                text::clipped(out.args.words[most], 40), usage.substr(4)),
                    usage + " --help");
    return out;
}

}  // namespace crm::cmd
