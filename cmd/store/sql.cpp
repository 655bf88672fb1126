#include "cmd/cli/command.hpp"
#include "cmd/cli/limits.hpp"
#include "cmd/cli/print.hpp"
#include "store/views.hpp"

/// sql: reading the database in SQL, guarded.
namespace crm::cmd {
namespace {

/// Prints the rows of a statement that a user wrote; how many there were.
std::int64_t print_rows_of(Session& session, sql::Statement& statement) {
    std::vector<Rows::Head> titles;
    for (int i = 0; i < statement.columns(); ++i)
        titles.emplace_back(std::string(statement.column_name(i)));
    if (titles.empty())
        throw Error(Fault::usage, "bad_sql", "the statement returns no columns");
    Rows rows(session, titles);
    std::vector<View> values(titles.size());
    std::int64_t count = 0;
    while (statement.step()) {
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = statement.view(static_cast<int>(i));
        rows.row(std::span<const View>(values));
        ++count;
    }
    rows.end();
    return count;
}

int run_sql(Session& session, const Arguments& args) {
    if (args.flag("views")) {
        session.out.write(store::views_as_sql(session.store()));
        return 0;
    }
    if (args.words.empty())
        throw Error(Fault::usage, "missing", "sql requires a statement",
                    "crm sql 'select name, email from v_contact'");
    const std::string text = args.words[0] == "-" ? session.read_input() : args.words[0];
    const auto timeout = args.duration("timeout").value_or(most_time_of_sql);
    const Error too_long(Fault::refused, "too_long", "the statement took too long and was stopped",
                         "ask for less, or allow more time: --timeout 5min");
    const Deadline deadline(timeout + grace_of_sql, too_long, session.json_errors);
    limit_memory(most_memory_of_sql);
    sql::Statement statement = session.store().db().query(text, timeout);
    const std::int64_t count = print_rows_of(session, statement);
    return args.flag("exit-empty") && count == 0 ? 1 : 0;
}

}  // namespace

Command sql_command() {
    return {
        .help = "Query the database in SQL",
        .needs = Needs::reading,
        .arguments = {{.name = "STATEMENT",
                       .kind = Kind::word,
                       .help = "one query; - reads it from standard input"}},
        .options = {{.name = "views", .help = "print the views as SQL, for sqlite3 -init"},
                    {.name = "timeout",
                     .kind = Kind::word,
                     .value = "DUR",
                     .help = "stop after this time; 30s by default"},
                    {.name = "exit-empty", .letter = 'e', .help = "exit 1 when nothing is found"}},
        .formats = formats::free_rows,
        .run = run_sql,
        .details =
            "Can only read, with at most 256 MiB of memory. There is a view for every noun, "
            "`v_contact`, and for every list of "
            "rows, `v_contact_accounts`; their columns are the fields and are stable. "
            "An id is a short id, a link has its name and, as `account_id`, its id; an amount is a "
            "decimal number (text if it has more than 15 digits), with its minor units "
            "(`amount_minor`, for exact sums) and its "
            "currency "
            "(`amount_currency`) beside it; yes and no are 1 and 0. For joins that need an index "
            "there "
            "are the numbers of records: `key`, and `account_key` of a link. What a deal is worth "
            "(its amount, else its line items, else the list price of its product while it is "
            "open) is `value`, an order without tax `net`. Where a field of yours has the name of "
            "such a column, the column is `key_`. "
            "Records in the trash are left out.",
        .examples = {
            {"sql 'select stage, sum(amount) from v_deal group by 1' -o table", "a sum by stage"},
            {"sql --views > views.sql; sqlite3 -init views.sql \"$CRM_DB\"",
             "the same views in the sqlite3 shell; the database is not changed"},
            {"sql --views > won.sql; crm report won --sql >> won.sql; sqlite3 \"$CRM_DB\" < "
             "won.sql",
             "a report in the sqlite3 shell"}}};
}

}  // namespace crm::cmd
