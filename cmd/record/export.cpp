#include "cmd/cli/files.hpp"
#include "cmd/cli/records.hpp"

#include <fmt/format.h>

namespace crm::cmd {
namespace {

int run(Context& context, const Given& given) {
    if (context.format.empty() && context.pattern.empty())
        context.format = "csv";
    store::Selection s = selection(context, given, given.words);
    if (card_version(context) == 0) {
        const show::Format format = row_format(context);
        std::vector<std::string> columns =
            all_columns(*given.noun, format == show::Format::csv || format == show::Format::tsv);
        if (auto own = columns_of(format, *given.noun); !own.empty())
            columns = std::move(own);
        set_columns(context, s, *given.noun, columns);
    }
    std::optional<FileWriter> file;
    if (given.has("out"))
        file.emplace(given.value("out"), !context.dry_run);
    const std::int64_t rows =
        print_rows(context, s, given.has("spreadsheet-safe"), file ? &*file : nullptr);
    if (file) {
        file->commit();
        if (!context.quiet)
            context.remark(fmt::format("{} {} {}written to {}", rows,
                                       rows == 1 ? given.noun->noun : given.noun->plural,
                                       context.dry_run ? "would be " : "", given.value("out")));
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
