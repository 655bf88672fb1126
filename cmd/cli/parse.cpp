#include "cmd/cli/parse.hpp"

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "show/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace crm::cmd {

std::vector<std::size_t> argument_places(std::span<const std::string> args,
                                         std::span<const Option> options) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < args.size() && args[i] != "--"; ++i) {
        if (!is_option(args[i])) {
            places.push_back(i);
            continue;
        }
        const Option* option = option_named(options, args[i]);
        const bool joined = args[i].find('=') != std::string::npos;
        if (option != nullptr && option->kind != Kind::none && !joined)
            ++i;
    }
    return places;
}

std::vector<std::size_t> command_words(std::span<const std::string> args) {
    std::vector<std::size_t> places = argument_places(args, global_options());
    places.resize(std::min<std::size_t>(places.size(), 2));
    return places;
}

std::vector<std::string> with_short_noun(std::vector<std::string> args, const meta::Model& model) {
    const std::vector<std::size_t> named = command_words(args);
    if (named.size() < 2)
        return args;
    std::string& second = args[named[1]];
    const meta::Entity* first = model.find(args[named[0]]);
    if (first == nullptr)
        return args;
    if (const meta::Entity* noun = model.find(fmt::format("{} {}", first->noun, second))) {
        second = noun->noun;
        args.erase(args.begin() + static_cast<std::ptrdiff_t>(named[0]));
    }
    return args;
}

const meta::Entity* noun_of_id(std::string_view word, const meta::Model& model) {
    const auto digits = word.find_first_of("0123456789");
    if (digits == 0 || digits == word.npos ||
        word.find_first_not_of("0123456789", digits) != word.npos)
        return nullptr;
    return model.by_prefix(word.substr(0, digits));
}

const Command* command_of_id(std::string_view verb, const meta::Entity& noun) {
    const Command* command = find_command(noun.noun, verb);
    if (command == nullptr || command->arguments.empty())
        return nullptr;
    const Argument& first = command->arguments.front();
    const bool takes = first.kind == Kind::reference || first.name.starts_with("REF");
    return takes ? command : nullptr;
}

namespace {

/// A noun that has the verbs of every noun and no others of these names.
constexpr std::string_view any_noun = "contact";

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
        {"complete", "edit REF status=Completed"},
        {"redo", "undo N, the number of the undo in crm log"},
        {"duplicates", "dupes"},
        {"dedupe", "dupes"}};
    for (const auto& [other, own] : others)
        if (other == word)
            return own;
    return {};
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
                    fmt::format("'{}' could be options written together, or exclude '{}'",
                                text::clipped(word, 40), text::clipped(word.substr(1), 40)),
                    fmt::format("write {}, or not +{}; after -- it is not an option", apart,
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
        std::ranges::find(format_words(), value, &FormatWord::word) != format_words().end();
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

std::vector<std::string> verbs_for(std::string_view noun) {
    std::vector<std::string> verbs;
    for (const Command& c : commands()) {
        if (c.hidden)
            continue;
        if (noun.empty() ? c.noun.empty() : (c.noun == "*" || c.noun == noun))
            verbs.emplace_back(c.verb);
    }
    return verbs;
}

/// The command that a noun and a verb name.
const Command* command_of_noun(const meta::Entity& noun, const std::string& verb) {
    if (const Command* command = find_command(noun.noun, verb))
        return command;
    const std::string message = fmt::format("there is no verb '{}'", verb);
    if (const std::string_view own = meant_by(verb); !own.empty()) {
        const bool of_noun = find_command(noun.noun, own.substr(0, own.find(' '))) != nullptr;
        throw Error(
            Fault::usage, "unknown_verb", message,
            of_noun ? fmt::format("crm {} {}", noun.noun, own) : fmt::format("crm {}", own));
    }
    unknown("verb", verb, verbs_for(noun.noun), fmt::format("crm {} --help lists them", noun.noun),
            "unknown_verb");
}

/// The noun that the first id after a verb stands for: `crm edit amount=6 d1`. Null where there is
/// no id, or where its noun has no such verb.
const meta::Entity* noun_of_first_id(std::span<const std::string> args, const std::string& verb,
                                     const meta::Model& model) {
    const std::vector<Option> options = options_of(find_command(any_noun, verb));
    for (const std::size_t i : argument_places(args, options))
        if (const meta::Entity* noun = noun_of_id(args[i], model))
            return command_of_id(verb, *noun) != nullptr ? noun : nullptr;
    return nullptr;
}

/// The command that a verb names by itself.
const Command* command_of_verb(const std::string& verb, const meta::Model& model) {
    if (const Command* command = find_command("", verb))
        return command;
    if (const Command* command = find_command(any_noun, verb)) {
        const bool by_id = command_of_id(verb, model.get(any_noun)) != nullptr;
        throw Error(Fault::usage, "no_noun",
                    fmt::format("{} requires a noun{}", verb, by_id ? " or an id" : ""),
                    fmt::format("crm contact {0} …, crm account {0} …{1}; crm --help lists the "
                                "nouns",
                                command->verb, by_id ? fmt::format(", crm {} c1 …", verb) : ""));
    }
    if (const std::string_view own = meant_by(verb); !own.empty()) {
        const bool of_no_noun = find_command("", own.substr(0, own.find(' '))) != nullptr;
        throw Error(Fault::usage, "unknown_command",
                    fmt::format("there is no noun or verb '{}'", verb),
                    fmt::format("crm {}{}", of_no_noun ? "" : "NOUN ", own));
    }
    std::vector<std::string> words = verbs_for("");
    for (const meta::Entity& e : model.entities())
        words.emplace_back(e.noun);
    unknown("noun or verb", verb, words, "crm --help lists them", "unknown_command");
}

/// `type=integer` where --type is meant: an option is not an assignment. Only where a word cannot
/// be an assignment itself.
void check_option_as_assignment(const Parsed& parsed) {
    const std::vector<Argument>& arguments = parsed.command->arguments;
    if (arguments.empty())
        return;
    const std::vector<std::string>& words = parsed.args.words;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const Kind kind = arguments[std::min(i, arguments.size() - 1)].kind;
        if (kind == Kind::assignments || kind == Kind::file || kind == Kind::input_file)
            continue;
        const std::string_view word = words[i];
        const std::size_t equals = std::min(word.find('='), word.size());
        const auto option =
            std::ranges::find(parsed.command->options, word.substr(0, equals), &Option::name);
        if (equals == word.size() || option == parsed.command->options.end() ||
            word.find_first_of(" \t\n") != word.npos)
            continue;
        const std::string_view value =
            option->kind == Kind::none ? std::string_view() : word.substr(equals + 1);
        throw Error(Fault::usage, "no_assignment",
                    fmt::format("'{}': {} is an option of {}", text::clipped(word, 40),
                                option->name, name_of(parsed)),
                    fmt::format("--{}{}{}", option->name, value.empty() ? "" : " ", value));
    }
}

/// Finds the noun and the command, and the places of the words that name them.
std::vector<std::size_t> name_command(Parsed& out, const std::vector<std::string>& args,
                                      const meta::Model& model) {
    std::vector<std::size_t> named = command_words(args);
    if (named.empty())
        return named;
    const std::string& first = args[named[0]];
    const std::string* second = named.size() > 1 ? &args[named[1]] : nullptr;
    out.args.noun = model.find(first);
    // An id needs no noun: crm edit d1 amount=6. Some nouns are verbs, too: crm note c1.
    const bool bare_verb =
        second != nullptr && find_command("", first) == nullptr &&
        (out.args.noun == nullptr || find_command(out.args.noun->noun, *second) == nullptr);
    if (bare_verb)
        if (const meta::Entity* of =
                noun_of_first_id(std::span(args).subspan(named[0] + 1), first, model)) {
            out.args.noun = of;
            out.command = find_command(of->noun, first);
            named.resize(1);
            return named;
        }
    if (out.args.noun != nullptr) {
        if (second != nullptr)
            out.command = command_of_noun(*out.args.noun, *second);
        return named;
    }
    named.resize(1);
    const bool help = std::ranges::any_of(
        args, [](const std::string& word) { return word == "--help" || word == "-h"; });
    // A verb of every noun is explained with the noun that most have in mind.
    if (help && find_command("", first) == nullptr && find_command(any_noun, first) != nullptr)
        out.args.noun = &model.get(any_noun);
    out.command =
        out.args.noun != nullptr ? find_command(any_noun, first) : command_of_verb(first, model);
    return named;
}

/// Takes the words that are not options; those that look like one are errors.
void take_words(Parsed& parsed, std::span<const std::string> rest, std::span<const Option> options,
                const meta::Model& model) {
    bool ended = false;
    for (const std::string& word : rest) {
        if (!ended && word == "--") {
            ended = true;
            continue;
        }
        if (!ended && is_option(word)) {
            std::vector<std::string> names;
            for (const Option& option : options)
                names.push_back("--" + std::string(option.name));
            const std::string name = name_of(parsed);
            unknown("option", word.substr(0, word.find('=')), names,
                    fmt::format("crm {}{}--help", name, name.empty() ? "" : " "), "unknown_option");
        }
        if (!ended)
            check_joined(word, options, model, parsed.args.noun);
        parsed.args.words.push_back(word);
    }
}

bool is_file(Kind kind) {
    return kind == Kind::file || kind == Kind::input_file || kind == Kind::output_file;
}

/// Names of files are bytes; everything else is kept or compared as text.
void check_text(const Parsed& parsed, std::span<const Option> options) {
    const auto must_be_text = [](const std::string& word) {
        if (!text::valid(word))
            throw Error(Fault::usage, "not_utf8",
                        fmt::format("'{}' is not UTF-8",
                                    text::clipped(text::visible(text::sanitised(word)), 60)),
                        "use a terminal with a UTF-8 locale, or convert it with iconv -t UTF-8");
    };
    const std::vector<Argument>& arguments = parsed.command->arguments;
    for (std::size_t i = 0; i < parsed.args.words.size(); ++i)
        if (arguments.empty() || !is_file(arguments[std::min(i, arguments.size() - 1)].kind))
            must_be_text(parsed.args.words[i]);
    for (const Option& option : options)
        if (!is_file(option.kind))
            must_be_text(parsed.args.text(option.name));
}

/// Whether the command gets as many words as it takes.
void check_count(const Parsed& parsed) {
    std::size_t needed = 0;
    std::size_t most = 0;
    for (const Argument& argument : parsed.command->arguments) {
        needed += argument.required ? 1 : 0;
        most = argument.many ? SIZE_MAX : most == SIZE_MAX ? most : most + 1;
    }
    const std::vector<std::string>& words = parsed.args.words;
    const std::string name = name_of(parsed);
    if (words.size() < needed && !parsed.args.has("where"))
        throw Error(
            Fault::usage, "missing",
            fmt::format("{} requires {}", name, parsed.command->arguments[words.size()].name),
            fmt::format("crm {} --help", name));
    if (words.size() > most)
        throw Error(Fault::usage, "too_many",
                    fmt::format("unexpected argument '{}'", text::clipped(words[most], 40)),
                    fmt::format("crm {} --help", name));
}

std::string shell_word(const std::string& word) {
    static constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%^";
    if (!word.empty() && word.find_first_not_of(plain) == word.npos)
        return word;
    std::string out = "'";
    for (const char c : word)
        out += c == '\'' ? "'\\''" : std::string(1, c);
    return out + "'";
}

/// The command line as the history keeps it.
std::string history_line(std::span<const std::string> args) {
    std::string line = "crm";
    for (const std::string& word : args)
        line += " " + shell_word(word);
    return text::sanitised(line);
}

}  // namespace

std::string name_of(const Parsed& parsed) {
    std::string name(parsed.args.noun == nullptr ? std::string_view() : parsed.args.noun->noun);
    if (parsed.command == nullptr)
        return name;
    return name + (name.empty() ? "" : " ") + std::string(parsed.command->verb);
}

Parsed parse(const std::vector<std::string>& given, const meta::Model& model) {
    const std::vector<std::string> args = with_short_noun(given, model);
    Parsed out;
    const std::vector<std::size_t> named = name_command(out, args, model);
    std::vector<std::string> words;
    for (std::size_t i = 0; i < args.size(); ++i)
        if (std::ranges::find(named, i) == named.end())
            words.push_back(args[i]);

    const std::vector<Option> options = options_of(out.command);
    ReadOptions read = read_options(words, options);
    out.args.options = std::move(read.values);
    out.args.lists = std::move(read.lists);
    out.args.line = history_line(args);
    out.help = out.args.flag("help");
    out.version = out.args.flag("version");
    take_words(out, read.rest, options, model);
    if (out.help || out.version)
        return out;
    if (out.command == nullptr && out.args.noun != nullptr)
        throw Error(Fault::usage, "no_verb", fmt::format("{} requires a verb", out.args.noun->noun),
                    fmt::format("crm {0} list, crm {0} add …; crm {0} --help lists them",
                                out.args.noun->noun));
    if (out.command != nullptr)
        check_text(out, options);
    if (read.invalid)
        throw *read.invalid;
    if (out.command != nullptr) {
        check_option_as_assignment(out);
        check_count(out);
    }
    return out;
}

}  // namespace crm::cmd
