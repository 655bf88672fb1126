#pragma once

#include "cmd/cli/arguments.hpp"
#include "meta/entity.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// A command is data plus one function. Parsing, help, completion, man pages and the conventions
/// test read the data.
namespace crm::cmd {

class Session;

enum class Needs {
    nothing,  ///< not even a store
    reading,
    writing,  ///< the default store is made when it is missing
};

/// What a word on the command line may be, which is also what completion offers for it.
enum class Kind {
    none,  ///< a flag takes no word
    word,  ///< free text
    number,
    file,
    reference,  ///< of the command's noun
    any_reference,
    query,        ///< words of the query language
    assignments,  ///< NAME, FIELD=VALUE, +tag, -tag
    fields,       ///< FIELD,FIELD
    field,
    format,
    noun,
    verb,  ///< of the noun before it
    moment,
    choice,  ///< one of `words`
    user,
    report,
};

/// The words of a choice, as its noun declares them.
std::vector<std::string_view> words_of(std::string_view noun, std::string_view field);

struct Option {
    std::string_view name;  ///< without dashes
    char letter = 0;
    Kind kind = Kind::none;
    std::string_view value{};  ///< what the value is called in help
    std::string_view help;
    std::vector<std::string_view> words{};
};

struct Argument {
    std::string_view name;
    Kind kind = Kind::word;
    bool required = false;
    bool many = false;
    std::string_view help;
};

struct Example {
    std::string_view line;  ///< without the leading "crm "
    std::string_view says;
};

struct Command {
    std::string_view help;  ///< one line, without a full stop
    Needs needs = Needs::nothing;
    std::vector<Argument> arguments{};
    std::vector<Option> options{};
    int (*run)(Session&, const Arguments&) = nullptr;
    std::string_view details{};  ///< for the man page
    std::string (*explain)() =
        nullptr;  ///< details that are put together, when somebody reads them
    std::vector<Example> examples{};
    bool hidden = false;
    std::string_view verb{}, noun{}, alias{};  ///< as the table in commands.cpp has them

    std::string all_details() const {
        return std::string(details) + (explain == nullptr ? std::string() : explain());
    }
};

/// Every command, in the order of help.
std::span<const Command> commands();
std::span<const Option> global_options();

const Command* find_command(std::string_view noun, std::string_view verb);

}  // namespace crm::cmd
