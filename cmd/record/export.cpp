#include "cmd/cli/files.hpp"
#include "cmd/cli/records.hpp"

#include <fmt/format.h>

namespace crm::cmd {
namespace {

int run(Session& session, const Arguments& args) {
    if (session.format.empty() && session.pattern.empty())
        session.format = "csv";
    store::Selection s = selection(session, args, args.words);
    if (card_version(session) == 0) {
        const show::Format format = row_format(session);
        std::vector<std::string> columns = store::all_columns(
            *args.noun, format == show::Format::csv || format == show::Format::tsv);
        if (auto own = columns_of(format, *args.noun); !own.empty())
            columns = std::move(own);
        set_columns(session, s, *args.noun, columns);
    }
    std::optional<FileWriter> file;
    if (args.has("out"))
        file.emplace(args.text("out"), !session.dry_run);
    const std::int64_t rows =
        print_rows(session, s, args.flag("spreadsheet-safe"), file ? &*file : nullptr);
    if (file) {
        file->commit();
        if (!session.quiet)
            session.remark(fmt::format("{} {} {}written to {}", rows,
                                       rows == 1 ? args.noun->noun : args.noun->plural,
                                       session.dry_run ? "would be " : "", args.text("out")));
    }
    return 0;
}

}  // namespace

Command record_export() {
    return {
        .help = "Write records out for other programs, without loss",
        .needs = Needs::reading,
        .arguments = {{.name = "QUERY",
                       .kind = Kind::query,
                       .many = true,
                       .help =
                           "which; all without one; - for the records that standard input names"}},
        .options = {{.name = "out",
                     .kind = Kind::file,
                     .value = "FILE",
                     .help = "where to; standard output otherwise"},
                    {.name = "sort",
                     .letter = 's',
                     .kind = Kind::fields,
                     .value = "FIELD,…",
                     .help = "order, -FIELD from high to low"},
                    {.name = "limit", .kind = Kind::number, .value = "N", .help = "no more than N"},
                    {.name = "spreadsheet-safe",
                     .help = "put ' before text that a spreadsheet would run as a formula"}},
        .run = run,
        .details =
            "CSV, unless -o says vcard (4.0), vcard3 (3.0), json, jsonl or mutt. All fields go "
            "out, with properties of other programs that have no field here; crm import takes them "
            "back. -o tsv is for awk and cut: it has no header.",
        .examples = {{"contact export -o vcard --out everybody.vcf", "cards for a telephone"},
                     {"contact export +newsletter -F name,email", "two columns"},
                     {"account export --spreadsheet-safe > accounts.csv", "for a spreadsheet"}}};
}

}  // namespace crm::cmd
