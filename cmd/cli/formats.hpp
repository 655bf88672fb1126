#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crm::meta {
class Entity;
}

/// The words of -o, and which of them a command writes.
namespace crm::cmd {

struct Arguments;
struct Command;

struct FormatWord {
    std::string_view word;
    std::string_view meaning;  ///< in the manual's markup, with a full stop
};

/// Every format, in the order of help.
std::span<const FormatWord> format_words();

/// What commands declare.
namespace formats {

/// Rows of plain cells.
inline constexpr std::string_view rows[] = {"table", "tsv", "csv",  "json",
                                            "jsonl", "md",  "html", "xlsx"};
/// Rows that begin with the id of a record.
inline constexpr std::string_view rows_with_id[] = {"table", "tsv", "csv",  "json", "jsonl",
                                                    "ids",   "md",  "html", "xlsx"};
/// Rows that begin with an id, and have a place in a calendar.
inline constexpr std::string_view agenda[] = {"table", "tsv", "csv",  "json", "jsonl",
                                              "ids",   "md",  "html", "ics",  "xlsx"};
inline constexpr std::string_view agenda_rows[] = {"table", "tsv",  "csv", "json", "jsonl",
                                                   "md",    "html", "ics", "xlsx"};
/// Rows whose columns the user names.
inline constexpr std::string_view free_rows[] = {"table", "tsv", "csv",  "json", "jsonl",
                                                 "ids",   "md",  "html", "mutt", "xlsx"};
/// Records of a noun: every format. Which of them a noun has, show::require_format knows.
inline constexpr std::string_view records[] = {"table", "tsv",   "csv",   "json", "jsonl",
                                               "ids",   "md",    "html",  "mutt", "ics",
                                               "xlsx",  "vcard", "vcard3"};
/// What was done to records. A command that writes has these if it declares none.
inline constexpr std::string_view changes[] = {"table", "tsv", "ids", "json", "jsonl"};
/// Text of its own; with -o json errors are JSON. Any other command has these if it declares none.
inline constexpr std::string_view text[] = {"json", "jsonl"};
inline constexpr std::string_view gates[] = {"text", "tap", "json", "jsonl"};
inline constexpr std::string_view document[] = {"md", "html"};
inline constexpr std::string_view dossier[] = {"json", "html"};

}  // namespace formats

/// What a command writes of a noun (null: of any), whatever its arguments are.
std::vector<std::string_view> formats_of(const Command& command, const meta::Entity* noun);
/// Throws usage where a command cannot write the format, if one was asked for, with these
/// arguments. `columns`: -F or --format is given, so that a change prints the records instead of a
/// line each. `name`: of the command.
void check_format(std::string_view format, const Command& command, const Arguments& args,
                  bool columns, std::string_view name);

}  // namespace crm::cmd
