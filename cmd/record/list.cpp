#include "cmd/cli/records.hpp"

#include <fmt/format.h>

namespace crm::cmd {
namespace {

int run(Session& session, const Arguments& args) {
    store::Selection s = selection(session, args, args.words);
    if (args.flag("count")) {
        const std::int64_t n = s.count();
        session.out.write(fmt::format("{}\n", n));
        return args.flag("exit-empty") && n == 0 ? 1 : 0;
    }
    const show::Format format =
        card_version(session) != 0 ? show::Format::ids : row_format(session);
    std::vector<std::string> columns(args.noun->columns().begin(), args.noun->columns().end());
    if (format == show::Format::json || format == show::Format::jsonl)
        columns = store::all_columns(*args.noun, false);
    if (auto own = columns_of(format, *args.noun); !own.empty())
        columns = std::move(own);
    if (!session.pattern.empty() && session.fields.empty())
        columns = store::all_columns(*args.noun, false);
    if (s.trash && session.fields.empty() && format != show::Format::ids)
        columns.emplace_back("deleted_at");
    set_columns(session, s, *args.noun, columns);
    const std::int64_t all = s.limit >= 0 ? [&] { store::Selection whole = s; whole.limit = -1; return whole.count(); }() : 0;
    const std::int64_t rows = print_rows(session, s);
    if (s.limit >= 0 && all > rows)
        session.remark(fmt::format("{} of {} shown", rows, all));
    else if (session.env.out_tty && format == show::Format::table && !session.quiet)
        session.remark(fmt::format("{} {}", rows, rows == 1 ? args.noun->noun : args.noun->plural));
    return args.flag("exit-empty") && rows == 0 ? 1 : 0;
}

}  // namespace

Command record_list() {
    return {
        .help = "List records that a query finds",
        .needs = Needs::reading,
        .arguments = {{.name = "QUERY",
                       .kind = Kind::query,
                       .many = true,
                       .help = "what to find; all terms must hold; - for the records that standard "
                               "input names"}},
        .options =
            {{.name = "sort",
              .letter = 's',
              .kind = Kind::fields,
              .value = "FIELD,…",
              .help = "order, -FIELD from high to low"},
             {.name = "limit", .kind = Kind::number, .value = "N", .help = "show no more than N"},
             {.name = "count", .help = "only say how many there are"},
             {.name = "exit-empty", .letter = 'e', .help = "exit 1 when nothing is found"},
             {.name = "trash", .help = "list what lies in the trash instead"}},
        .run = run,
        .details =
            "Without a query all records are listed. On a terminal it is a table as wide as the "
            "window, with the count on standard error; in a pipe it is one line per record, "
            "columns separated by a TAB, no header, the id first, so that any list can be the "
            "input of any verb that takes '-'. -F picks other columns, also over links: "
            "account.name. An id such as c12 stands for its record. crm-query(7) teaches the "
            "language.",
        .examples = {
            {"contact list", "all contacts"},
            {"contact list account:acme -s family_name", "by company, in the order of surnames"},
            {"contact list title:sales -+unsubscribed --json",
             "as JSON, without those who are tagged"},
            {"account list employees:100.. -F id,name,employees -o csv",
             "larger companies for a spreadsheet"}}};
}

}  // namespace crm::cmd
