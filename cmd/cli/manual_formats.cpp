#include "cmd/cli/manual.hpp"
#include "form/vendors.hpp"
#include "meta/type.hpp"
#include "show/writer.hpp"

#include <fmt/format.h>

/// crm-formats.7: what goes out and what comes in.
namespace crm::cmd {
namespace {

/// What each word of -o means, for the words that the writers know.
std::string_view meaning(std::string_view format) {
    static constexpr std::pair<std::string_view, std::string_view> meanings[] = {
        {"table",
         "aligned columns as wide as the terminal, dates relative, control characters made "
         "visible. The default on a terminal."},
        {"tsv",
         "one line per record, columns separated by a tab, with `\\t`, `\\n`, `\\r` and `\\\\` for "
         "these characters. No header. The default in a pipe."},
        {"csv",
         "RFC 4180 with a header, in UTF-8. `--spreadsheet-safe` of an export puts `'` before text "
         "that a spreadsheet would run."},
        {"json",
         "an array of objects, one record a line; the object alone for `show` of one record."},
        {"jsonl", "one object a line."},
        {"ids", "the short ids alone."},
        {"md", "a table in Markdown."},
        {"mutt", "what `query_command` of mutt reads: address, name and a remark."},
        {"ics",
         "iCalendar, RFC 5545: meetings, calls, visits, events, contracts and deals by their day "
         "as events, tasks as what is to be done."},
        {"xlsx",
         "an Excel workbook: numbers, money, dates as such. Into a file or a pipe; libxlsxwriter "
         "writes it."},
        {"vcard", "vCard 4.0, RFC 6350, of contacts and accounts."},
        {"vcard3", "vCard 3.0, RFC 2426, for older telephones and programs."}};
    for (const auto& [word, says] : meanings)
        if (word == format)
            return says;
    return "rows in this format.";
}

constexpr std::string_view json = R"text(
`-F id,name,account.name` picks the columns of any of them; a path leads over links.
`--no-header` leaves the header out.
`--format` makes a line of one's own: a template in which `{{name}}` is replaced by the value, and `\n`, `\t`, `\\` and `\{` mean what they do in C and a brace.
Any column can be named, and an unknown one is an error.

Dates are `2026-11-30` and moments `2026-11-30T09:00:00+01:00` in all formats but tables.
# JSON
Keys are the names of fields in a fixed order; nothing is left out, an empty value is `null` and an empty list `[]`.

- text, choice, e-mail address, telephone number :: a string.
- integer, percent :: a number.
- length of time :: a string: `12min`, `3mo`.
- boolean :: true or false.
- money :: `{"amount":"1200.00","currency":"EUR"}`, the amount as a decimal string.
- date, moment :: a string.
- address :: an object with street, postcode, city, region, country and type.
- link :: `{"id":"a3","name":"Acme"}`.
- list of addresses, numbers, web pages :: objects with value, type and primary.
- list of links :: objects with id, name and the fields of the link.
- other lists :: strings.

`crm schema NOUN` prints the JSON Schema.
This is schema 1; within a number keys are only added, and `--schema 1` asks for it.

A command that changes something prints with `--json` the record with a first key `result`: added, updated, unchanged, removed, restored, purged, linked, unlinked, or with `--dry-run` what it would do.
# IMPORT
`crm NOUN import` takes files, folders and standard input.
What a file is, is seen from its bytes; its name matters only where they leave a choice, and `--from` decides.

- vCard :: versions 2.1, 3.0 and 4.0, jCard and xCard; photos and logos become attachments.
- tables :: CSV with any delimiter, the first row a header.
- JSON :: objects, one a line or in an array, with the names of fields as keys.
- LDIF :: address books out of directories.

Encodings are recognised by their mark, by what a card says, or by the bytes: UTF-8, UTF-16, Windows and ISO 8859 code pages.

`crm export` writes the whole store as JSON lines, and `crm import` reads it back into an empty one.
The first line says how many records follow, so that a file that was cut off is refused; without `records` it is not asked.

Properties that have no field here are kept in `extra` and go out again with a card.
# COLUMNS
A header is compared without regard to case, blanks, hyphens and underscores, with the names of fields, their other spellings, and those of known programs: )text";

constexpr std::string_view matching = R"text(.
Which program wrote a table is seen from its header; `--program` says so where it does not show.
`--map` settles columns by hand:

    crm contact import people.csv --map 'Mail=email,Firma=account'

- `COLUMN=FIELD` :: the column is the field.
- `COLUMN=FIELD(LABEL)` :: one value of a list with a label: `Mobil=phones(mobile)`.
- `COLUMN=address.city` :: a part of an address.
- `COLUMN=account.FIELD` :: of the company that the person belongs to.
- `COLUMN=ref` :: the number in the other system, kept as `program:number`.
- `COLUMN=` :: not taken.

What has no field here is kept in `extra`, and a link that leads nowhere too; the same file again makes the link when its target has come.

Values have the types of their fields, whatever they look like: `01234` stays text.
A column that is absent and an empty cell leave a value unchanged.
A date with two readings rejects its row unless the other rows of the column, or `--dates`, decide.
# MATCHING
A row is compared with what is there by these in turn, until one of them finds a record:

- 1. :: the uid,
- 2. :: an external reference,
- 3. :: an e-mail address,
- 4. :: a telephone number together with the same name,
- 5. :: the name together with the account, unless the same system has different numbers for the two, or they were born on different days.

`--key FIELD` replaces all of them.
A row that fits two records is rejected, and so is one whose e-mail address somebody of quite another name has.
Several rows of one record are folded in the order of the file: the first value wins and lists are united.
A row whose key came before under another name is rejected, and both lines are named.
The same row again changes nothing, also when its record lies in the trash.

A rejected row is named on standard error, `file:line: why`; the others go in and the exit status is 6.
`--rejects FILE` keeps the rejected rows with their header, so that they can be mended and taken in again; rows of a table with another header go into `FILE-2`, and so on.
# EXAMPLES
    crm contact list -o csv
    crm contact list -F id,name,account.name -o md
    crm contact list --format '{{name}} <{{email}}>\n'
    crm contact export -o vcard
    crm contact list --jsonl
    crm account export --spreadsheet-safe
# SEE ALSO
@ .Xr crm 1 ,
@ .Xr crm-dates 7 ,
@ .Xr crm-exit 7 ,
@ .Xr crm-query 7
# STANDARDS
RFC 4180 (CSV), RFC 6350 and RFC 2426 (vCard), RFC 7095 (jCard), RFC 6351 (xCard), RFC 2849 (LDIF), RFC 5545 (iCalendar), ECMA-376 (workbooks), ISO 8601 (dates), ISO 4217 (currencies).
)text";

}  // namespace

Page formats_page(const meta::Model&) {
    Page page{"crm-formats", 7, "formats of output and import",
              "# DESCRIPTION\nWhat `crm` writes with `-o`, and what it reads.\n# OUTPUT\n"};
    std::string& out = page.text;
    for (std::string_view word : show::format_words())
        out += fmt::format("- `{}` :: {}\n", word, meaning(word));
    for (std::string_view word : {"vcard", "vcard3"})
        out += fmt::format("- `{}` :: {}\n", word, meaning(word));
    out += json;
    std::string programs;
    for (const form::Vendor& vendor : form::vendors())
        programs += (programs.empty() ? "" : ", ") + std::string(vendor.name);
    out += programs;
    out += matching;
    return page;
}

}  // namespace crm::cmd
