#pragma once

#include "cmd/cli/arguments.hpp"
#include "cmd/cli/formats.hpp"
#include "meta/entity.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// A command is data plus one function. Parsing, help, completion, manual pages and tests read the
/// data.
namespace crm::cmd {

class Candidates;
class Session;

enum class Needs {
    nothing,  ///< no database
    reading,
    writing,  ///< the default database is created when it is missing
};

/// What a word on the command line is. The parser checks it, completion offers it.
enum class Kind {
    none,  ///< a flag takes no word
    word,  ///< free text; `words` are offered
    number,
    file,
    input_file,   ///< a file that is read, or - for standard input
    output_file,  ///< a file that is written; never one of the database itself
    reference,    ///< of the command's noun
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
    value,   ///< of the field `field` of the noun: one of its words, or what records have there
    topic,   ///< what mail is about
    currency,
    user,
    report,
    setting,  ///< a key of the configuration, or a file
};

/// The values of a choice, as its noun declares them.
std::vector<std::string_view> words_of(std::string_view noun, std::string_view field);

struct Option {
    std::string_view name;  ///< without dashes
    char letter = 0;
    Kind kind = Kind::none;
    std::string_view value{};  ///< what the value is called in help
    std::string_view help;
    std::vector<std::string_view> words{};
    bool many = false;         ///< may be given several times: see Arguments::list
    std::string_view noun{};   ///< of the records and fields, where it is not the command's
    std::string_view field{};  ///< of a Kind::value
    bool required = false;     ///< the synopsis says so; the command refuses to do without
};

struct Argument {
    std::string_view name;
    Kind kind = Kind::word;
    bool required = false;
    bool many = false;
    std::string_view help;
    std::string_view rows{};  ///< assignments of a row of this field, not of the record
    std::string_view noun{};  ///< of the records and fields, where it is not the command's
    bool whole = false;       ///< `name` says by itself how many there may be: REF… WHEN

    bool shows_more() const { return many && !whole; }
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
    std::span<const std::string_view> formats{};  ///< of -o; see formats_of for those without
    /// Those of these arguments, where they decide it; `formats` then has all.
    std::span<const std::string_view> (*formats_for)(const Arguments&) = nullptr;
    /// Whether these arguments ask for reading only, where the command else writes.
    bool (*only_reads)(const Arguments&) = nullptr;
    int (*run)(Session&, const Arguments&) = nullptr;
    /// Candidates for the argument behind these words that its kind does not tell. Whether these
    /// are all.
    bool (*complete)(Candidates&, std::span<const std::string> words) = nullptr;
    std::string_view details{};          ///< for the man page
    std::string (*explain)() = nullptr;  ///< details that are put together when they are read
    std::vector<Example> examples{};
    bool hidden = false;
    std::string_view unneeded_with{};  ///< an option with which the database is not opened
    std::string_view verb{};           ///< these three are in the table of commands.cpp
    std::string_view noun{};
    std::string_view alias{};

    Needs needs_with(const Arguments& args) const {
        return only_reads != nullptr && only_reads(args) ? Needs::reading : needs;
    }
    std::string all_details() const {
        return std::string(details) + (explain == nullptr ? std::string() : explain());
    }
};

/// Every command, in the order of help.
std::span<const Command> commands();
std::span<const Option> global_options();

/// The commands of a noun that help lists: those of every noun, unless it has its own of that name,
/// then its own.
std::vector<const Command*> commands_of(std::string_view noun);

/// Whether a word is the verb of any command, or its alias.
bool is_verb(std::string_view word);

const Command* find_command(std::string_view noun, std::string_view verb);

}  // namespace crm::cmd
