#pragma once

#include "base/error.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The configuration: TOML files, the project's before the user's before the system's (cli.md 7).
/// Options and CRM_* variables come before all of them.
namespace crm::cmd {

/// A key that a file may set. Reading, `config list`, completion and the manual all use the one
/// table of them.
struct Setting {
    enum class Kind {
        text,
        choice,
        duration,
        currency,
        country,
        zone,
        program,     ///< words: a text as a shell splits it, or a list
        rate,        ///< 60/min
        length,      ///< 5min, 5d
        mailbox,     ///< Acme <sales@acme.example>
        server,      ///< smtps://user@host:465
        token_url,   ///< https://us.example/u/{token}
        token_mail,  ///< leave+{token}@us.example
        hours,       ///< 9-17
    };
    std::string_view key;
    Kind kind = Kind::text;
    std::string_view fallback;  ///< the default, in words where it is not fixed
    std::string_view help;
    std::string_view variable{};  ///< of other programs, also before the files: TZ
    /// Names a program, or decides where mail goes: from a project's file only when it is trusted.
    bool only_trusted = false;
    std::vector<std::string_view> words{};
};
std::span<const Setting> settings();
/// The environment variable that takes precedence over the files: CRM_CURRENCY.
std::string variable_of(const Setting& setting);
/// Why a value is not valid for a setting; nothing when it is.
std::optional<Error> fault_of(const Setting& setting, std::string_view value);

/// The hint of such an error, with this in place of `key = `: how a variable or a command says it.
std::string hint_as(const Error& fault, const Setting& setting, std::string_view instead);

/// A table that a file may have many times, [[name]], and its keys.
struct RuleKey {
    enum class Kind { text, list, percent, number };
    std::string_view name;
    Kind kind = Kind::text;
    bool required = false;
    std::string_view help;
    std::vector<std::string_view> words{};  ///< of a text: one of these
};
struct RuleTable {
    std::string_view name;
    std::string_view help;
    std::vector<RuleKey> keys;
    std::string_view example;  ///< TOML, indented as the manual shows it
};
std::span<const RuleTable> rule_tables();

/// One [[table]] as it was written.
struct Rule {
    std::map<std::string, std::vector<std::string>, std::less<>> values;
    std::map<std::string, std::string, std::less<>> origins;  ///< of each value
    std::string origin;                                       ///< of the table, file:line

    bool has(std::string_view key) const { return values.contains(key); }
    std::string text(std::string_view key) const {
        const auto it = values.find(key);
        return it == values.end() ? std::string() : it->second.front();
    }
    std::span<const std::string> list(std::string_view key) const {
        const auto it = values.find(key);
        return it == values.end() ? std::span<const std::string>()
                                  : std::span<const std::string>(it->second);
    }
    /// Where a value was written; of a key that is not there the table.
    const std::string& origin_of(std::string_view key) const {
        const auto it = origins.find(key);
        return it == origins.end() ? origin : it->second;
    }
};

struct Configured {
    std::string value;
    std::string origin;  ///< file:line, or the variable
};

/// A program that is asked before a command changes something.
struct Hook {
    std::string on;                ///< contact.add; contact.* and *.add for many
    std::vector<std::string> run;  ///< program and arguments, no shell
    int seconds = 10;
    std::string origin;
};

/// A name for the words of a command.
struct Alias {
    std::vector<std::string> words;
    std::string origin;
};

/// An alias that is not in force because its file is not trusted.
struct Ignored {
    std::string name;
    std::string why;
    std::string origin;
    bool replaces = false;  ///< the word means something else without it

    /// One line: origin, name and reason.
    std::string message() const;
};

struct Config {
    std::map<std::string, Configured, std::less<>> values;
    std::map<std::string, Alias, std::less<>> aliases;
    /// Of a project's file that is not trusted, until take_untrusted_aliases has looked at them.
    std::map<std::string, Alias, std::less<>> untrusted_aliases;
    std::vector<Ignored> ignored;
    std::vector<Hook> hooks;
    std::map<std::string, std::vector<Rule>, std::less<>>
        rules;  ///< by table; of the first file that has one of them

    std::span<const Rule> of(std::string_view table) const {
        const auto it = rules.find(table);
        return it == rules.end() ? std::span<const Rule>() : std::span<const Rule>(it->second);
    }

    std::string value(std::string_view key) const {
        const auto it = values.find(key);
        return it == values.end() ? std::string() : it->second.value;
    }
};

/// Reads the files and the CRM_ variables. Throws Error config with file and line, or the variable:
/// for what is not TOML, an unknown key, a value that is not valid, a file that others may write
/// to, programs named by a file of a project that is not trusted.
Config read_config();
/// The text of a configuration in which the key has this value. Everything else stays as it is,
/// comments and order included. Throws Error config where the text is not valid.
std::string with_setting(const std::string& path, const std::string& text, std::string_view key,
                         std::string_view value);
/// A line split into words as a shell does: blanks, quotes, backslashes; nothing is expanded.
Expected<std::vector<std::string>> split_command_line(std::string_view line);

}  // namespace crm::cmd
