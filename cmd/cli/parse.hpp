#pragma once

#include "cmd/cli/command.hpp"
#include "cmd/cli/options.hpp"

namespace crm::cmd {

struct Parsed {
    const Command* command = nullptr;  ///< null: only help was asked for
    Arguments args;
    bool help = false;
    bool version = false;
};

/// The places of the words that name the command: the first two that are not options.
std::vector<std::size_t> command_words(std::span<const std::string> args);

/// A command line whose noun has two words, such as kb programme, with the noun's own one.
std::vector<std::string> with_short_noun(std::vector<std::string> args, const meta::Model& model);

/// The noun and the verb, as the user would type them: "contact show".
std::string name_of(const Parsed& parsed);

/// The places of the words that are neither options nor their values, up to "--".
std::vector<std::size_t> argument_places(std::span<const std::string> args,
                                         std::span<const Option> options);

/// The noun of a word that is a short id; null for any other.
const meta::Entity* noun_of_id(std::string_view word, const meta::Model& model);

/// The command that a verb and an id without a noun name: `crm edit d1`. Null where the noun has no
/// such verb, or where the verb takes no record.
const Command* command_of_id(std::string_view verb, const meta::Entity& noun);

/// The command line to a command and what it is given. Errors are usage, with the nearest right
/// words.
Parsed parse(const std::vector<std::string>& given, const meta::Model& model);

}  // namespace crm::cmd
