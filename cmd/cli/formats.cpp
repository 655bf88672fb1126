#include "cmd/cli/formats.hpp"

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "cmd/cli/command.hpp"
#include "show/columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace crm::cmd {
namespace {

constexpr FormatWord all[] = {
    {"table",
     "aligned columns as wide as the terminal, relative dates, thousands separators, control "
     "characters made visible. The default on a terminal."},
    {"tsv",
     "one line per record, columns separated by a tab, with `\\t`, `\\n`, `\\r` and `\\\\` for "
     "these characters; other control characters are made visible. No header. The default in a "
     "pipe."},
    {"csv",
     "RFC 4180 with a header, in UTF-8. `--spreadsheet-safe` of an export puts `'` before text "
     "that a spreadsheet would run."},
    {"json", "an array of objects, one record per line; for `show` of one record, the object."},
    {"jsonl", "one object per line."},
    {"ids", "the short ids only."},
    {"md", "a table in Markdown."},
    {"html", "a page with a table, for a browser or for print, without scripts."},
    {"mutt", "what `query_command` of mutt reads: address, name and a remark."},
    {"ics",
     "iCalendar, RFC 5545: meetings, calls, visits, events, and contracts and deals on their day "
     "as events; tasks as to-dos."},
    {"xlsx",
     "an Excel workbook with typed numbers, money and dates, written to a file or a pipe. It "
     "requires the library libxlsxwriter."},
    {"vcard", "vCard 4.0, RFC 6350, of contacts and accounts."},
    {"vcard3", "vCard 3.0, RFC 2426, for older telephones and programs."},
    {"text", "of gates: one line for each. The default there."},
    {"tap", "of gates: the Test Anything Protocol, version 13, for CI."}};

std::string list_of(std::span<const std::string_view> words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i)
        out += fmt::format("{}{}", i == 0 ? "" : i + 1 == words.size() ? " or " : ", ", words[i]);
    return out;
}

using WordList = std::span<const std::string_view>;

bool are_of_records(WordList words) {
    return words.data() == std::data(formats::records);
}

/// Those of a command's words that the noun has.
std::vector<std::string_view> of_noun(WordList words, const meta::Entity* noun) {
    std::vector<std::string_view> out(words.begin(), words.end());
    if (noun != nullptr && are_of_records(words))
        std::erase_if(out, [&](std::string_view word) { return !show::has_format(*noun, word); });
    return out;
}

WordList format_words(const Command& command) {
    if (!command.formats.empty())
        return command.formats;
    if (command.needs == Needs::writing)
        return formats::changes;
    return formats::text;
}

WordList format_words(const Command& command, const Arguments& args, bool columns) {
    if (command.formats_for != nullptr)
        return command.formats_for(args);
    const WordList words = format_words(command);
    return columns && words.data() == std::data(formats::changes) ? WordList(formats::rows_with_id)
                                                                  : words;
}

}  // namespace

std::span<const FormatWord> format_words() {
    return all;
}

std::vector<std::string_view> formats_of(const Command& command, const meta::Entity* noun) {
    return of_noun(format_words(command), noun);
}

void check_format(std::string_view format, const Command& command, const Arguments& args,
                  bool columns, std::string_view name) {
    const WordList words = format_words(command, args, columns);
    if (args.noun != nullptr && are_of_records(words))
        show::require_format(format, *args.noun);
    const std::vector<std::string_view> known = of_noun(words, args.noun);
    if (format.empty() || std::ranges::find(known, format) != known.end())
        return;
    const std::string hint = "-o " + list_of(known);
    if (std::ranges::find(all, format, &FormatWord::word) != std::end(all))
        throw Error(Fault::usage, "unknown_format", fmt::format("{} cannot write {}", name, format),
                    hint);
    Error e(Fault::usage, "unknown_format",
            fmt::format("there is no format '{}'", text::clipped(format, 40)));
    suggest(e, format, std::vector<std::string>(known.begin(), known.end()), hint);
    throw e;
}

}  // namespace crm::cmd
