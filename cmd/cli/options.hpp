#pragma once

#include "base/error.hpp"
#include "cmd/cli/command.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crm::cmd {

/// Whether a word of the command line stands for an option. A longer word with one dash is a query
/// term (-stage:proposal) or a tag to remove (-vip); "-" is standard input.
bool is_option(std::string_view word);
/// The option that `--name`, `--name=…` or `-n` means; null where there is none.
const Option* option_named(std::span<const Option> options, std::string_view word);
/// The options of a command, its own first; the global ones where it is null.
std::vector<Option> options_of(const Command* command);

/// A command line that was taken apart.
struct ReadOptions {
    std::map<std::string, std::string, std::less<>> values;  ///< by name; the last one counts
    std::map<std::string, std::vector<std::string>, std::less<>> lists;  ///< of options with `many`
    std::vector<std::string> rest;  ///< in their order: words, unknown options, the "--" itself
    std::optional<Error> invalid;   ///< the first value that is missing or not valid
};

/// Reads the options out of the words of a command line (CLI11), wherever they stand before "--".
/// A choice is returned as it is declared, however it was typed.
ReadOptions read_options(std::span<const std::string> words, std::span<const Option> options);

}  // namespace crm::cmd
