#include "base/error.hpp"
#include "cmd/cli/manual.hpp"

#include <fmt/format.h>

/// crm-exit.7: the stable words of errors. tests/manual.py holds the table to the sources.
namespace crm::cmd {
namespace {

struct Code {
    Fault fault;
    std::string_view code, says;
};

constexpr Code codes[] = {
    {Fault::not_found, "nothing_to_open", "the record has no address of the kind"},
    {Fault::not_found, "no_store", "there is no store at that place"},
    {Fault::not_found, "not_found", "a reference names no record"},
    {Fault::usage, "ambiguous_date", "a date has two readings"},
    {Fault::usage, "bad_amount", "a value is no amount of money"},
    {Fault::usage, "bad_date", "a value of a query is no date"},
    {Fault::usage, "bad_duration", "a value is no duration"},
    {Fault::usage, "bad_line", "a line of words cannot be parted"},
    {Fault::usage, "bad_map", "--map is not COLUMN=FIELD,…"},
    {Fault::usage, "bad_name", "the name cannot be one"},
    {Fault::usage, "bad_number", "a value is no number"},
    {Fault::usage, "bad_operator", "the operator does not go with the type of the field"},
    {Fault::usage, "bad_pattern", "a regular expression is wrong"},
    {Fault::usage, "bad_query", "the form of a query is wrong"},
    {Fault::usage, "bad_value", "a value of a query does not go with its field"},
    {Fault::usage, "bad_sql", "a statement of SQL is wrong"},
    {Fault::usage, "bad_text", "the text that an editor saved cannot be read"},
    {Fault::usage, "derived_field", "the field is computed and cannot be set"},
    {Fault::usage, "empty_reference", "a reference is empty"},
    {Fault::usage, "invalid_date", "a value is no date, or is outside the calendar"},
    {Fault::usage, "invalid_template", "a template of --format is wrong"},
    {Fault::usage, "missing", "something that the command needs was not given"},
    {Fault::usage, "no_assignment", "a word is no FIELD=VALUE, +tag or -tag"},
    {Fault::usage, "no_card", "only contacts and accounts have cards"},
    {Fault::usage, "no_id", "a line of standard input names no record"},
    {Fault::usage, "no_noun", "a verb of nouns stands without one"},
    {Fault::usage, "empty_query", "--where is empty, which would be every record"},
    {Fault::usage, "no_key", "the field of --key was not given"},
    {Fault::usage, "no_me", "no user is me"},
    {Fault::usage, "no_order", "the field has no order to sort by"},
    {Fault::usage, "no_path", "a path leads over a field that is no link"},
    {Fault::usage, "no_role", "the link has no role"},
    {Fault::usage, "no_user", "no user is me"},
    {Fault::usage, "no_value", "an option lacks its value, or takes none"},
    {Fault::usage, "no_verb", "a noun needs a verb"},
    {Fault::usage, "no_words", "there is no word to search for"},
    {Fault::usage, "not_a_list", "the field has one value only"},
    {Fault::usage, "not_allowed", "a statement of SQL does more than read"},
    {Fault::usage, "query_too_large", "a query is too long or too deep"},
    {Fault::usage, "segment_cycle", "a segment contains itself"},
    {Fault::usage, "short_tag", "a tag has at least two characters"},
    {Fault::usage, "terminal", "bytes of a file are not written to a terminal"},
    {Fault::usage, "too_many", "there is a word too many"},
    {Fault::usage, "unknown_charset", "the encoding is not known"},
    {Fault::usage, "unknown_column", "--map names a column that the file does not have"},
    {Fault::usage, "unknown_command", "there is no such noun or verb"},
    {Fault::usage, "unknown_report", "there is no such report"},
    {Fault::usage, "unknown_field", "the noun has no such field"},
    {Fault::usage, "unknown_format", "there is no such format here"},
    {Fault::usage, "unknown_noun", "there is no such noun"},
    {Fault::usage, "no_writing", "segment each runs commands that change something"},
    {Fault::usage, "unknown_method", "a report is not reckoned in that way"},
    {Fault::usage, "unknown_language", "a sheet has no words in that language"},
    {Fault::usage, "unknown_option", "the command has no such option"},
    {Fault::usage, "joined_options",
     "a word could be options written together or something to leave out"},
    {Fault::usage, "unknown_schema", "there is no such schema number"},
    {Fault::usage, "unknown_segment", "there is no such segment"},
    {Fault::usage, "unknown_record", "an id in a query is no record, or one of another noun"},
    {Fault::usage, "unknown_tag", "no record was ever tagged so"},
    {Fault::usage, "unknown_user", "nobody is called so"},
    {Fault::usage, "unknown_verb", "the noun has no such verb"},
    {Fault::usage, "unknown_word", "a word is not one of its set"},
    {Fault::usage, "no_calendar", "records of the noun have no place in a calendar"},
    {Fault::usage, "not_utf8", "an argument is no text in UTF-8"},
    {Fault::usage, "no_terminal", "the editor needs a terminal, and there is none"},
    {Fault::usage, "whole_store", "the file is a whole store and not records of one noun"},
    {Fault::usage, "rejects_input", "the file for rejected rows is one that is read"},
    {Fault::usage, "wrong_noun", "the reference names a record of another noun"},
    {Fault::usage, "no_pivot", "--pivot needs two groups"},
    {Fault::usage, "contradiction", "two options or words contradict each other"},
    {Fault::usage, "unknown_program", "no program of that name is known"},
    {Fault::usage, "wrong_field", "a type, range or words that a field of your own cannot have"},
    {Fault::usage, "wrong_segment", "the segment is of another noun"},
    {Fault::ambiguous, "ambiguous", "a reference names several records; they are the candidates"},
    {Fault::refused, "closed", "the quote or order is closed, or cancelled"},
    {Fault::refused, "empty_quote", "a quote without lines cannot be accepted"},
    {Fault::refused, "expired", "the quote is past its validity"},
    {Fault::refused, "no_deal", "the quote belongs to no deal"},
    {Fault::refused, "stage_requires", "the stage requires fields that the deal does not have"},
    {Fault::refused, "own_option", "a bundle is no option of itself"},
    {Fault::refused, "no_bundle", "the product has no options to choose from"},
    {Fault::refused, "no_option", "the bundle does not offer the product"},
    {Fault::refused, "contradiction", "the bundle would contradict itself"},
    {Fault::refused, "wrong_choice", "the choice breaks a rule of the bundle"},
    {Fault::refused, "bad_pair", "no two currencies: USD/EUR"},
    {Fault::refused, "bad_rate", "no rate of exchange"},
    {Fault::refused, "no_rate", "a currency has no rate on that day"},
    {Fault::refused, "other_currency", "the price book is in another currency"},
    {Fault::refused, "too_large", "lines come to more than can be kept"},
    {Fault::refused, "bad_template", "a template that is no text, or has a {{ without its }}"},
    {Fault::refused, "no_price", "nothing tells a price in that currency"},
    {Fault::refused, "converted", "the lead is a customer by now"},
    {Fault::refused, "fixed", "a field of your own cannot change its noun, name or type"},
    {Fault::refused, "wrong_field",
     "a field of your own that cannot be: its name, type, range, words or noun"},
    {Fault::refused, "bad_dump", "the whole store in the file cannot be read"},
    {Fault::refused, "bad_header", "the header of a table cannot be read"},
    {Fault::refused, "bad_json", "the file is no JSON"},
    {Fault::refused, "bad_record", "a record of a whole store cannot be read"},
    {Fault::refused, "duplicate", "another record has the same address, number or name"},
    {Fault::refused, "empty", "the file is empty"},
    {Fault::refused, "empty_segment", "the segment finds nothing that could be kept"},
    {Fault::refused, "not_closed", "the deal is open"},
    {Fault::refused, "conflict", "somebody has changed it in the meantime"},
    {Fault::refused, "too_long", "a statement of SQL took too long"},
    {Fault::refused, "not_opened", "an address is none that may be opened"},
    {Fault::refused, "same_record", "a record cannot be merged with itself"},
    {Fault::refused, "two_nouns", "records of two nouns cannot be merged"},
    {Fault::refused, "hook_timeout", "a hook took too long"},
    {Fault::refused, "circle", "a record would come to stand above itself"},
    {Fault::io, "no_library", "a library that is loaded when it is needed is not installed"},
    {Fault::refused, "too_many_rows", "more rows than the format holds"},
    {Fault::config, "no_zone", "TZ or the configuration names no time zone"},
    {Fault::refused, "veto", "a hook refused the change"},
    {Fault::refused, "exists", "what is to be made is there already"},
    {Fault::refused, "in_trash", "the record lies in the trash"},
    {Fault::refused, "invalid_value", "a field does not take the value"},
    {Fault::refused, "nameless", "a record of this noun cannot be made by a name"},
    {Fault::refused, "newer_store", "the store was written by a newer crm"},
    {Fault::refused, "no_link", "the two records cannot be linked"},
    {Fault::refused, "no_usable_column", "no column says who or what a row is about"},
    {Fault::refused, "not_a_store", "the file is no store"},
    {Fault::refused, "cannot_undo",
     "a later change, something that leans on it, or a purge stands in the way of an undo"},
    {Fault::refused, "not_empty", "a whole store is read into an empty one only"},
    {Fault::refused, "backwards", "a range ends before it begins"},
    {Fault::refused, "itself", "a record is linked to itself"},
    {Fault::refused, "other_noun", "a table is about records of another kind"},
    {Fault::refused, "nothing_to_import", "a folder has no files to take in"},
    {Fault::refused, "required", "a field that every record needs is empty"},
    {Fault::refused, "too_big", "a value or file is too large to be kept"},
    {Fault::refused, "unknown_currency", "it is no currency of ISO 4217"},
    {Fault::unconfirmed, "unconfirmed", "the command asks first, and nobody said yes"},
    {Fault::rejected, "ambiguous_row", "a row matches two records"},
    {Fault::rejected, "no_name", "a card names nobody"},
    {Fault::rejected, "not_jcard", "a file is no jCard"},
    {Fault::rejected, "not_text", "a file is no text"},
    {Fault::rejected, "not_xcard", "a file is no xCard"},
    {Fault::rejected, "repeated_key", "a key came before under another name"},
    {Fault::config, "alias_hides", "an alias has the name of a noun or verb"},
    {Fault::config, "alias_cycle", "aliases lead back to themselves"},
    {Fault::config, "no_rules", "the configuration has no rules for what is asked"},
    {Fault::config, "unknown_user", "a rule of the configuration names somebody who is no user"},
    {Fault::config, "bad_config", "a configuration file is wrong"},
    {Fault::config, "foreign_config", "others may write to a configuration file"},
    {Fault::config, "unknown_key", "a configuration file has an unknown key"},
    {Fault::config, "untrusted", "a project's file names programs and is not trusted"},
    {Fault::not_found, "no_config", "there is no configuration file"},
    {Fault::io, "editor", "the editor failed"},
    {Fault::io, "launch", "a program cannot be started"},
    {Fault::io, "create", "a file or folder cannot be made"},
    {Fault::io, "damaged", "the store is damaged"},
    {Fault::io, "disk_full", "the disk is full"},
    {Fault::io, "input", "standard input cannot be read"},
    {Fault::io, "io", "the store cannot be read or written"},
    {Fault::io, "lock", "the file beside the store that writers wait for cannot be made"},
    {Fault::io, "memory", "there is not enough memory"},
    {Fault::io, "output", "standard output cannot be written"},
    {Fault::io, "unreadable", "a file cannot be read"},
    {Fault::io, "unwritable", "a file cannot be written"},
    {Fault::busy, "busy", "another program keeps the store locked"},
};

struct Exit {
    int number;
    std::string_view says;
};
constexpr Exit exits[] = {
    {0, "Done; a list that is empty included."},
    {1, "A record that was named is not there; or with `-e` nothing was found."},
    {2, "The command line, a query or a date is wrong. Nothing was touched."},
    {3, "A reference names several records. They are listed, and nothing was touched."},
    {4, "Refused: a value that its field does not take, a duplicate, a rule."},
    {5, "The command wants a yes: `--yes` was not given, and nobody was there to ask."},
    {6, "A batch is done, but some rows were rejected; they are named on standard error."},
    {70, "A fault of the program."},
    {74, "Input or output failed."},
    {75, "The store stayed busy; `--lock-wait` waits longer."},
    {78, "The configuration is wrong."},
};

}  // namespace

Page exit_page() {
    Page page{"crm-exit", 7, "exit status and error codes", {}};
    std::string& out = page.text;
    out = R"text(# DESCRIPTION
An error is a line `crm: what is wrong` on standard error, the place with a caret where there is one, and a line `hint: what to type`.
With `--errors json`, `--json` or `--jsonl` it is one JSON object on a line:

    {"error":{"code":"unknown_field","message":"...","hint":"...","candidates":[],"exit":2}}

Candidates are the nearest right words, or the records that were meant.
The codes are stable; messages and hints are for people and may change.
# EXIT STATUS
)text";
    for (const Exit& e : exits)
        out += fmt::format("- {} :: {}\n", e.number, e.says);
    out += "# DIAGNOSTICS\n";
    for (const Exit& e : exits) {
        std::string items;
        for (const Code& c : codes)
            if (static_cast<int>(c.fault) == e.number)
                items += fmt::format("- `{}` :: {}\n", c.code, sentence(c.says));
        if (!items.empty())
            out += fmt::format("## Exit {}\n{}", e.number, items);
    }
    out +=
        "\nEvery code with exit status 70 is a fault of the program: please report it with the "
        "command that was typed.\n# SEE ALSO\n@ .Xr crm 1\n";
    return page;
}

}  // namespace crm::cmd
