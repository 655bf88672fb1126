#include "cmd/cli/print.hpp"
#include "cmd/cli/select.hpp"
#include "show/columns.hpp"

#include <fmt/format.h>

/// list: the records that a query finds.
namespace crm::cmd {
namespace {

std::vector<std::string> list_columns(Session& session, const meta::Entity& entity,
                                      show::Format format, bool trash) {
    const bool json = format == show::Format::json || format == show::Format::jsonl;
    const bool template_alone = !session.pattern.empty() && session.fields.empty();
    std::vector<std::string> out = show::format_columns(format, entity);
    if (json || template_alone)
        out = store::all_columns(entity, false);
    else if (out.empty())
        out.assign(entity.columns().begin(), entity.columns().end());
    if (trash && session.fields.empty() && format != show::Format::ids)
        out.emplace_back("deleted_at");
    return out;
}

/// How many a query finds where --limit is left aside.
std::int64_t count_of_all(const store::Selection& selection) {
    store::Selection all = selection;
    all.limit = -1;
    return all.count();
}

int run_list(Session& session, const Arguments& args) {
    store::Selection records = selection(session, args, args.words);
    if (args.flag("count")) {
        const std::int64_t count = records.count();
        session.out.write(fmt::format("{}\n", count));
        return args.flag("exit-empty") && count == 0 ? 1 : 0;
    }
    const show::Format format =
        card_version(session) != 0 ? show::Format::ids : row_format(session);
    show::require_format(session.format, *args.noun);
    set_columns(session, records, list_columns(session, *args.noun, format, records.trash));
    const bool limited = records.limit >= 0;
    const std::int64_t all = limited ? count_of_all(records) : 0;
    const std::int64_t rows = print_rows(session, records);
    if (limited && all > rows)
        session.remark(fmt::format("{} of {} shown", rows, all));
    else if (session.env.out_tty && format == show::Format::table && !session.quiet)
        session.remark(fmt::format("{} {}", rows, rows == 1 ? args.noun->noun : args.noun->plural));
    return args.flag("exit-empty") && rows == 0 ? 1 : 0;
}

}  // namespace

Command record_list() {
    return {
        .help = "List the records that a query finds",
        .needs = Needs::reading,
        .arguments = {{.name = "QUERY",
                       .kind = Kind::query,
                       .many = true,
                       .help = "terms that must all match (- reads references from standard "
                               "input); all records by default"}},
        .options = {{.name = "sort",
                     .letter = 's',
                     .kind = Kind::fields,
                     .value = "FIELD,…",
                     .help = "sort by these fields; -FIELD in descending order"},
                    {.name = "limit", .kind = Kind::number, .value = "N", .help = "show at most N"},
                    {.name = "count", .help = "print only their number"},
                    {.name = "exit-empty", .letter = 'e', .help = "exit 1 when nothing is found"},
                    {.name = "trash", .help = "list the records in the trash instead"}},
        .formats = formats::records,
        .run = run_list,
        .details =
            "On a terminal, a table as wide as the window, with the number of records on standard "
            "error. In a pipe, one line per record, columns separated by a TAB, no header, the id "
            "first, so that any list can be the input of any verb that reads references from "
            "standard input. -F chooses other columns, also over links: account.name. An id such "
            "as c12 stands for its record. See crm-query(7) for the query language.",
        .examples = {
            {"contact list", "all contacts"},
            {"contact list account:acme -s family_name", "of a company, sorted by surname"},
            {"contact list title:sales -+unsubscribed --json",
             "as JSON, without those who are tagged"},
            {"account list employees:100.. -F id,name,employees -o csv",
             "larger companies for a spreadsheet"}}};
}

}  // namespace crm::cmd
