#include "cmd/cli/files.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "show/columns.hpp"

#include <fmt/format.h>

#include <optional>

/// export: records for other programs.
namespace crm::cmd {
namespace {

std::vector<std::string> export_columns(const meta::Entity& entity, show::Format format) {
    if (auto own = show::format_columns(format, entity); !own.empty())
        return own;
    const bool flat = format == show::Format::csv || format == show::Format::tsv;
    return store::all_columns(entity, flat);
}

int run_export(Session& session, const Arguments& args) {
    if (session.format.empty() && session.pattern.empty())
        session.format = "csv";
    const meta::Entity& entity = *args.noun;
    show::require_format(session.format, entity);
    store::Selection records = selection(session, args, args.words);
    if (card_version(session) == 0)
        set_columns(session, records, export_columns(entity, row_format(session)));
    std::optional<FileWriter> file;
    if (args.has("out"))
        file.emplace(args.text("out"), !session.dry_run);
    const std::int64_t rows =
        print_rows(session, records, args.flag("spreadsheet-safe"), file ? &*file : nullptr);
    if (!file)
        return 0;
    file->commit();
    if (!session.quiet)
        session.remark(fmt::format("{} {} {}written to {}", rows,
                                   rows == 1 ? entity.noun : entity.plural,
                                   session.dry_run ? "would be " : "", args.text("out")));
    return 0;
}

}  // namespace

Command record_export() {
    return {
        .help = "Export records for other programs, without loss",
        .needs = Needs::reading,
        .arguments = {{.name = "QUERY",
                       .kind = Kind::query,
                       .many = true,
                       .help = "terms that must all match (- reads references from standard "
                               "input); all records by default"}},
        .options = {{.name = "out",
                     .kind = Kind::output_file,
                     .value = "FILE",
                     .help = "write to this file; standard output by default"},
                    {.name = "sort",
                     .letter = 's',
                     .kind = Kind::fields,
                     .value = "FIELD,…",
                     .help = "sort by these fields; -FIELD in descending order"},
                    {.name = "limit", .kind = Kind::number, .value = "N", .help = "at most N"},
                    {.name = "spreadsheet-safe",
                     .help = "put ' before text that a spreadsheet would run as a formula"}},
        .formats = formats::records,
        .run = run_export,
        .details =
            "Writes CSV, or with -o: vcard (4.0), vcard3 (3.0), json, jsonl, mutt and others. All "
            "fields are exported, with properties of other programs that have no field here; crm "
            "import reads them back. -o tsv is for awk and cut and has no header.",
        .examples = {{"contact export -o vcard --out contacts.vcf", "vCards for a telephone"},
                     {"contact export +newsletter -F name,email", "two columns"},
                     {"account export --spreadsheet-safe > accounts.csv", "for a spreadsheet"}}};
}

}  // namespace crm::cmd
