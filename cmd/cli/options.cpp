#include "cmd/cli/options.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace crm::cmd {

bool is_option(std::string_view word) {
    return word.starts_with("--") || (word.size() == 2 && word[0] == '-' && word[1] != '-');
}

const Option* option_named(std::span<const Option> options, std::string_view word) {
    if (word.starts_with("--")) {
        const std::string_view name = word.substr(2, word.substr(2).find('='));
        const auto option = std::ranges::find(options, name, &Option::name);
        return option == options.end() ? nullptr : &*option;
    }
    if (word.size() != 2 || word[0] != '-')
        return nullptr;
    const auto option = std::ranges::find(options, word[1], &Option::letter);
    return option == options.end() ? nullptr : &*option;
}

std::vector<Option> options_of(const Command* command) {
    std::vector<Option> all;
    if (command != nullptr)
        all = command->options;
    for (const Option& option : global_options())
        if (std::ranges::find(all, option.name, &Option::name) == all.end())
            all.push_back(option);
    return all;
}

namespace {

/// CLI11 2.1 takes "-stage:x" for -s with a value, "--where=" for an option without its value and
/// "--count=true" for the flag. A character that is never typed prevents it.
constexpr char guard = '\x01';

std::string guarded(const std::string& word) {
    if (word.empty() || word[0] == guard)
        return guard + word;
    if (word[0] != '-' || word == "-" || word == "--")
        return word;
    if (!is_option(word))
        return guard + word;
    const auto equals = word.find('=');
    if (equals == std::string::npos)
        return word;
    return word.substr(0, equals + 1) + guard + word.substr(equals + 1);
}

std::string unguarded(std::string word) {
    if (word.starts_with(guard))
        return word.substr(1);
    const auto equals = word.find('=');
    if (word.starts_with("--") && equals + 1 < word.size() && word[equals + 1] == guard)
        word.erase(equals + 1, 1);
    return word;
}

/// What CLI11 itself checks of a value; empty where it checks nothing.
std::optional<CLI::Validator> validator(const Option& option) {
    if (option.kind == Kind::choice) {
        const std::vector<std::string> words(option.words.begin(), option.words.end());
        return CLI::IsMember(words, [](std::string word) { return text::key(word); });
    }
    if (option.kind == Kind::number)
        return CLI::Number;
    if (option.kind == Kind::input_file)
        return CLI::ExistingFile | CLI::IsMember({"-"});
    return {};
}

Error invalid_value(const Option& option, const std::string& value) {
    const std::string shown = text::clipped(value, 40);
    if (option.kind == Kind::input_file) {
        const int why = ::access(value.c_str(), R_OK) == 0 ? EISDIR : errno;
        return Error(Fault::io, "unreadable", value + " cannot be read: " + std::strerror(why));
    }
    if (option.kind == Kind::number)
        return Error(Fault::usage, "bad_number",
                     fmt::format("--{}: '{}' is not a whole number", option.name, shown));
    Error e(Fault::usage, "unknown_word",
            fmt::format("--{}: '{}' is not a valid value", option.name, shown));
    const std::vector<std::string> words(option.words.begin(), option.words.end());
    suggest_values(e, value, words);
    return e;
}

/// The parser of one command line, built from the declared options.
class Parser {
public:
    explicit Parser(std::span<const Option> options) : options_(options) {
        app_.set_help_flag();
        app_.allow_extras();
        app_.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
        app_.option_defaults()->disable_flag_override();
        for (const Option& option : options)
            declare(option);
    }

    ReadOptions read(std::span<const std::string> words) {
        ReadOptions out;
        std::vector<std::string> reversed;  // as CLI11 wants them
        for (std::size_t i = words.size(); i > 0; --i)
            reversed.push_back(guarded(words[i - 1]));
        try {
            app_.parse(std::move(reversed));
        } catch (const CLI::ParseError& e) {
            out.invalid = translated(e, words);
        }
        for (std::size_t i = 0; i < options_.size(); ++i) {
            if (declared_[i]->count() == 0)
                continue;
            const std::string name(options_[i].name);
            const std::vector<std::string> values = declared_[i]->results();
            out.values[name] = options_[i].kind == Kind::none ? "" : values.back();
            if (options_[i].many)
                out.lists[name] = values;
        }
        for (const std::string& word : app_.remaining())
            out.rest.push_back(unguarded(word));
        return out;
    }

private:
    void declare(const Option& option) {
        std::string names;
        if (option.letter != 0 && app_.get_option_no_throw({'-', option.letter}) == nullptr)
            names = fmt::format("-{},", option.letter);
        names += fmt::format("--{}", option.name);
        if (option.kind == Kind::none) {
            declared_.push_back(app_.add_flag(names));
            return;
        }
        CLI::Option* made = app_.add_option(names);
        // Those that are added last come first.
        if (const auto check = validator(option))
            made->transform(*check);
        made->transform(CLI::Validator(
            [](std::string& value) {
                value = unguarded(std::move(value));
                return std::string();
            },
            ""));
        if (option.many)
            made->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
                ->expected(1)
                ->allow_extra_args(false);
        declared_.push_back(made);
    }

    /// CLI11 names the option first in its texts.
    const Option* option_in(std::string_view message) const {
        message = message.substr(std::min(message.find_first_not_of('-'), message.size()));
        const std::string_view name = message.substr(0, message.find_first_of(": "));
        const auto option = std::ranges::find(options_, name, &Option::name);
        return option == options_.end() ? nullptr : &*option;
    }

    Error translated(const CLI::ParseError& e, std::span<const std::string> words) const {
        const Option* option = option_in(e.what());
        if (option == nullptr)
            return Error(Fault::internal, "fault", e.what());
        if (option->kind == Kind::none)
            return Error(Fault::usage, "no_value",
                         fmt::format("--{} takes no value", option->name));
        const CLI::Option* made = declared_[static_cast<std::size_t>(option - options_.data())];
        if (dynamic_cast<const CLI::ValidationError*>(&e) == nullptr)
            return Error(Fault::usage, "no_value",
                         fmt::format("{} requires {}", words.back(),
                                     option->value.empty() ? "a value" : option->value));
        const auto check = validator(*option);
        for (std::string value : made->results())
            if (check && !(*check)(value).empty())
                return invalid_value(*option, value);
        return Error(Fault::internal, "fault", e.what());
    }

    std::span<const Option> options_;
    CLI::App app_;
    std::vector<CLI::Option*> declared_;  ///< in the order of options_
};

}  // namespace

ReadOptions read_options(std::span<const std::string> words, std::span<const Option> options) {
    return Parser(options).read(words);
}

}  // namespace crm::cmd
