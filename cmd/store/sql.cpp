#include "base/text.hpp"
#include "cmd/cli/records.hpp"
#include "sql/views.hpp"

#include <fmt/format.h>

/// sql: reading the store in SQL, guarded.
namespace crm::cmd {
namespace {

using namespace std::chrono_literals;

int run(Session& session, const Arguments& args) {
    if (args.flag("views")) {
        const auto there = session.store().nouns();
        for (const meta::Entity& entity : session.model().entities())
            if (std::ranges::find(there, &entity) == there.end())
                session.out.write(sql::temporary_tables(entity));
        for (const meta::Entity& entity : session.model().entities()) {
            session.out.write(sql::create_view(entity, nullptr, true));
            for (const meta::FieldInfo& field : entity.fields())
                if (field.type() == meta::Type::rows)
                    session.out.write(sql::create_view(entity, &field, true));
        }
        return 0;
    }
    if (args.words.empty())
        throw Error(Fault::usage, "missing", "sql needs a statement",
                    "crm sql 'SELECT name, email FROM v_contact'");
    const std::string text = args.words[0] == "-" ? session.read_input() : args.words[0];
    sql::Statement statement =
        session.store().db().query(text, args.duration("timeout").value_or(30s));
    std::vector<std::string> titles;
    for (int i = 0; i < statement.columns(); ++i)
        titles.emplace_back(statement.column_name(i));
    if (titles.empty())
        throw Error(Fault::usage, "bad_sql", "the statement answers nothing");
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
    return args.flag("exit-empty") && count == 0 ? 1 : 0;
}

}  // namespace

Command sql_command() {
    return {
        .help = "Read the store in SQL",
        .needs = Needs::reading,
        .arguments = {{.name = "STATEMENT",
                       .kind = Kind::word,
                       .help = "one SELECT; - reads it from standard input"}},
        .options = {{.name = "views", .help = "print the views as SQL, for sqlite3 -init"},
                    {.name = "timeout",
                     .kind = Kind::word,
                     .value = "DUR",
                     .help = "give up after this long; 30s"},
                    {.name = "exit-empty", .letter = 'e', .help = "exit 1 when nothing is found"}},
        .run = run,
        .details =
            "It can only read. There is a view for every noun, `v_contact`, and for every list of "
            "rows, `v_contact_accounts`; their columns are the fields, and stay. "
            "An id is a short id, a link has its name and, as `account_id`, its id; an amount is a "
            "decimal number with its currency beside it; yes and no are 1 and 0. What lies in the "
            "trash is not in them.",
        .examples = {
            {"sql 'SELECT stage, count(*), sum(amount) FROM v_deal GROUP BY stage' -o table",
             "a sum by stage"},
            {"sql --views > views.sql; sqlite3 -init views.sql \"$CRM_DB\"",
             "the same views in the sqlite3 shell; the store stays as it is"}}};
}

}  // namespace crm::cmd
