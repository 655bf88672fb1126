#include "cmd/cli/aliases.hpp"

#include "base/text.hpp"
#include "cmd/cli/parse.hpp"
#include "cmd/cli/plugins.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

namespace crm::cmd {
namespace {

using Words = std::vector<std::string>;

bool asks_help(const Words& words) {
    return std::ranges::any_of(
        words, [](const std::string& word) { return word == "--help" || word == "-h"; });
}

/// The command that the words name; null where they do not tell.
const Command* command_named(const Words& given, const meta::Model& model) {
    const Words words = with_short_noun(given, model);
    const std::vector<std::size_t> named = command_words(words);
    if (named.empty())
        return nullptr;
    const meta::Entity* noun = model.find(words[named[0]]);
    if (noun == nullptr) {
        const Command* alone = find_command("", words[named[0]]);
        return alone != nullptr ? alone : find_command("contact", words[named[0]]);
    }
    if (named.size() < 2)
        return nullptr;
    const std::string& verb = words[named[1]];
    return find_command(noun->noun, noun_of_id(verb, model) != nullptr ? "show" : verb);
}

/// Puts the arguments of a command line in the place of $1 … $9 and $@.
class Filler {
public:
    Filler(const Words& given, std::span<const Option> options) : given_(given) {
        places_ = argument_places(given, options);
    }

    void fill(const std::string& word, Words& out) {
        if (word != "$@") {
            out.push_back(filled(word));
            return;
        }
        for (const std::size_t place : places_)
            out.push_back(take(place));
    }

    /// What no parameter has taken, in its order.
    Words rest() const {
        Words out;
        for (std::size_t i = 0; i < given_.size(); ++i)
            if (!taken_.contains(i))
                out.push_back(given_[i]);
        return out;
    }

    /// How many arguments the alias requires and does not have.
    std::size_t missing() const { return missing_; }

private:
    const std::string& take(std::size_t place) {
        taken_.insert(place);
        return given_[place];
    }

    std::string filled(const std::string& word) {
        std::string out;
        for (std::size_t i = 0; i < word.size(); ++i) {
            const char next = i + 1 < word.size() ? word[i + 1] : '\0';
            const bool number = next >= '1' && next <= '9';
            if (word[i] != '$' || (next != '@' && !number)) {
                out += word[i];
                continue;
            }
            ++i;
            out += number ? argument(static_cast<std::size_t>(next - '0')) : all();
        }
        return out;
    }

    std::string argument(std::size_t number) {
        if (number <= places_.size())
            return take(places_[number - 1]);
        missing_ = std::max(missing_, number);
        return {};
    }

    std::string all() {
        std::string out;
        for (const std::size_t place : places_)
            out += (out.empty() ? "" : " ") + take(place);
        return out;
    }

    const Words& given_;
    std::vector<std::size_t> places_;
    std::set<std::size_t> taken_;
    std::size_t missing_ = 0;
};

/// The words of an alias and what was typed behind it, as one command line.
Words expanded(const std::string& name, const Words& alias, const Words& given,
               const meta::Model& model) {
    Filler filler(given, options_of(command_named(alias, model)));
    Words out;
    for (const std::string& word : alias)
        filler.fill(word, out);
    if (filler.missing() > 0 && !asks_help(given))
        throw Error(Fault::usage, "missing",
                    fmt::format("the alias {} requires {} argument{}", name, filler.missing(),
                                filler.missing() == 1 ? "" : "s"),
                    fmt::format("{} is short for: crm {}", name, text::joined(alias, " ")));
    for (std::string& word : filler.rest())
        out.push_back(std::move(word));
    return out;
}

[[noreturn]] void wrong(const std::string& origin, std::string_view code, std::string message,
                        std::string hint) {
    throw Error(Fault::config, std::string(code), origin + ": " + std::move(message),
                std::move(hint));
}

/// An ignored alias that is typed is an error, unless the word means something without it.
void check_not_ignored(const Config& config, const std::string& word) {
    const auto ignored = std::ranges::find(config.ignored, word, &Ignored::name);
    if (ignored != config.ignored.end() && !ignored->replaces)
        throw Error(Fault::config, "untrusted", ignored->message(),
                    "read the file, then run crm config trust");
}

/// A word without $1 … $9 and $@, which may be empty.
std::string without_parameters(std::string_view word) {
    std::string out;
    for (std::size_t i = 0; i < word.size(); ++i) {
        const char next = i + 1 < word.size() ? word[i + 1] : '\0';
        if (word[i] == '$' && (next == '@' || (next >= '1' && next <= '9')))
            ++i;
        else
            out += word[i];
    }
    return out;
}

/// What an alias of a project that is not trusted may not do; empty when it does nothing of that.
std::string forbidden_in(const Words& alias, const meta::Model& model) {
    const Command* command = command_named(alias, model);
    if (command == nullptr || command->verb == "config")
        return command == nullptr ? "it does not name a command of crm" : "it runs crm config";
    for (const std::string& word : alias) {
        const std::string fixed = without_parameters(word);
        const bool in_name = fixed != word && word.find('$') < word.find('=');
        if (word == "--" || (in_name && fixed.starts_with('-')))
            return fmt::format("it contains {}", text::clipped(word, 40));
    }
    const std::vector<Option> options = options_of(command);
    for (const std::string& word : alias) {
        const Option* option = is_option(word) ? option_named(options, word) : nullptr;
        if (option == nullptr)
            continue;
        if (option->name == "yes" || option->name == "db" || option->kind == Kind::output_file)
            return fmt::format("it passes --{}", option->name);
    }
    const std::size_t words = argument_places(alias, options).size();
    const std::size_t name = command->noun.empty() ? 1 : 2;
    for (std::size_t i = 0; i < command->arguments.size(); ++i)
        if (command->arguments[i].kind == Kind::output_file && words > name + i)
            return "it names a file that is written";
    return {};
}

}  // namespace

bool is_built_in(const std::string& word, const meta::Model& model) {
    if (model.find(word) != nullptr)
        return true;
    if (!is_verb(word))
        return false;
    if (find_command("", word) != nullptr || find_command("*", word) != nullptr)
        return true;
    // Of the verbs of some nouns those that an id may follow: crm win d1, but not meeting find.
    return std::ranges::any_of(model.entities(), [&](const meta::Entity& noun) {
        return command_of_id(word, noun) != nullptr;
    });
}

std::vector<std::string> without_alias(std::vector<std::string> args, const Config& config,
                                       const meta::Model& model) {
    bool replaced = false;
    for (std::size_t round = 0;; ++round) {
        const std::vector<std::size_t> named = command_words(args);
        if (named.empty())
            return args;
        const auto first = args.begin() + static_cast<long>(named[0]);
        const auto alias = config.aliases.find(*first);
        if (alias == config.aliases.end()) {
            check_not_ignored(config, *first);
            return args;
        }
        const auto& [words, origin] = alias->second;
        if (is_built_in(*first, model)) {
            if (replaced)
                return args;
            wrong(
                origin, "alias_hides",
                fmt::format("the alias {} has the name of a noun or command of crm", alias->first),
                "give the alias another name");
        }
        // The words that are filled in may name an alias again.
        if (round > config.aliases.size())
            wrong(origin, "alias_cycle", fmt::format("the alias {} refers to itself", alias->first),
                  "crm config list shows the aliases");
        Words out(args.begin(), first);
        for (std::string& word : expanded(alias->first, words, {first + 1, args.end()}, model))
            out.push_back(std::move(word));
        args = std::move(out);
        replaced = true;
    }
}

void take_untrusted_aliases(Config& config, const meta::Model& model) {
    for (const auto& [name, alias] : config.untrusted_aliases) {
        std::string replaced;
        if (config.aliases.contains(name))
            replaced = "it would replace an alias of yours";
        else if (is_built_in(name, model))
            replaced = "it has the name of a noun or command of crm";
        else if (has_plugin(name))
            replaced =
                fmt::format("it has the name of the program crm-{}", text::clipped(name, 40));
        const std::string why = replaced.empty() ? forbidden_in(alias.words, model) : replaced;
        if (why.empty())
            config.aliases.emplace(name, alias);
        else
            config.ignored.push_back({name, why, alias.origin, !replaced.empty()});
    }
    config.untrusted_aliases.clear();
}

std::string Ignored::message() const {
    return fmt::format("{}: the alias {} is ignored: {}, and the file is not trusted", origin,
                       text::visible(text::clipped(name, 40)), text::visible(why));
}

void remark_ignored(Session& session) {
    const std::vector<Ignored>& all = session.config.ignored;
    const std::size_t named = std::min<std::size_t>(all.size(), 3);
    for (std::size_t i = 0; i < named; ++i)
        session.remark("warning: " + all[i].message());
    if (all.size() > named)
        session.remark(
            fmt::format("warning: {} more are ignored; crm doctor lists them", all.size() - named));
    if (!all.empty())
        session.remark("hint: read the file, then run crm config trust");
}

void check_aliases(const Config& config, const meta::Model& model) {
    for (const auto& [name, alias] : config.aliases) {
        const auto& origin = alias.origin;
        const Words words = with_short_noun(alias.words, model);
        const std::vector<std::size_t> named = command_words(words);
        const meta::Entity* noun = named.empty() ? nullptr : model.find(words[named[0]]);
        const std::string verb = named.size() > 1 ? words[named[1]] : std::string();
        if (noun != nullptr && !verb.empty() && !verb.contains('$') &&
            find_command(noun->noun, verb) == nullptr && noun_of_id(verb, model) == nullptr)
            wrong(origin, "unknown_verb",
                  fmt::format("the alias {}: {} has no verb '{}'", name, noun->noun,
                              text::visible(text::clipped(verb, 40))),
                  fmt::format("crm {} --help lists them", noun->noun));

        Words chain{name};
        for (auto at = config.aliases.find(name); at != config.aliases.end();) {
            const std::vector<std::size_t> next = command_words(at->second.words);
            if (next.empty() || is_built_in(at->second.words[next[0]], model))
                break;
            at = config.aliases.find(at->second.words[next[0]]);
            if (at == config.aliases.end())
                break;
            const bool seen = std::ranges::find(chain, at->first) != chain.end();
            chain.push_back(at->first);
            if (seen)
                wrong(origin, "alias_cycle", fmt::format("the alias {} refers to itself", name),
                      text::joined(chain, " -> "));
        }
    }
}

}  // namespace crm::cmd
