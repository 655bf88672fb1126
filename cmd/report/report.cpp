#include "base/text.hpp"
#include "cmd/cli/command.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/cli/print.hpp"
#include "cmd/report/ask.hpp"
#include "cmd/report/catalogue.hpp"
#include "cmd/report/computed.hpp"
#include "cmd/report/dashboard.hpp"
#include "cmd/report/mail_report.hpp"
#include "cmd/report/page.hpp"
#include "cmd/report/print_result.hpp"
#include "cmd/report/reports.hpp"
#include "cmd/report/value.hpp"
#include "meta/type.hpp"
#include "report/fail_if.hpp"
#include "report/run.hpp"
#include "report/script.hpp"
#include "show/chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <utility>

/// report: figures of a noun in groups.
namespace crm::cmd {
namespace {

using report::Report;
using report::Result;

int print_records(Session& session, const report::Statement& statement, const std::string& value) {
    if (session.format.empty())
        session.format = "ids";
    Rows rows(session, {"id"});
    for (const std::int64_t id : report::drill(session.resolver(), statement, value))
        rows.row({meta::short_id(*statement.entity, id)});
    rows.end();
    return 0;
}

/// The kind that --chart names. A chart is for reading: without -o and --out there is a table, too.
std::optional<show::ChartKind> chart_of(Session& session, const Arguments& args) {
    if (!args.has("chart"))
        return std::nullopt;
    if (session.format.empty())
        session.format = "table";
    if (session.format != "table" && session.format != "html")
        throw Error(Fault::usage, "unknown_format",
                    fmt::format("--chart: {} has no charts", session.format), "-o table or html");
    if (const auto kind = show::chart_named(args.text("chart")))
        return kind;
    throw Error(
        Fault::usage, "unknown_word",
        fmt::format("--chart: '{}' is not a valid value", text::clipped(args.text("chart"), 60)),
        "valid values are bar, column, line and none");
}

void print_charts(Session& session, const report::Answer& answer, show::ChartKind kind) {
    for (const show::Chart& chart : show::charts_of(answer.result, kind))
        session.out.write("\n" + show::chart_text(chart, session.env.width, session.env.utf8));
}

void write_to_file(Session& session, const std::string& path, std::string_view text) {
    FileWriter file(path, !session.dry_run);
    file.write(text);
    file.commit();
}

std::vector<report::FailIf> conditions_of(const Arguments& args) {
    std::vector<report::FailIf> out;
    for (const std::string& text : args.list("fail-if"))
        out.push_back(report::read_fail_if(text));
    return out;
}

/// Says which conditions the figures fail; whether there are some.
bool say_failures(Session& session, std::span<const report::FailIf> conditions,
                  const Result& result) {
    bool failed = false;
    for (const report::FailIf& condition : conditions) {
        const report::Verdict verdict = report::judge(condition, result);
        for (const std::string& note : verdict.notes)
            session.remark("note: " + note);
        if (!verdict.fails)
            continue;
        failed = true;
        session.remark(fmt::format("crm: failed: {}", verdict.message()));
    }
    return failed;
}

std::span<const std::string_view> formats_for(const Arguments& args) {
    const bool prints_records = !args.words.empty() && args.has("drill");
    return prints_records ? std::span<const std::string_view>(formats::rows_with_id)
                          : formats::rows;
}

/// The answer in the format of the session.
void print_answer(Session& session, const report::Answer& answer,
                  std::optional<show::ChartKind> chart, bool bars) {
    if (session.format == "html")
        return session.out.write(
            report_page(session, answer, chart ? chart : show::chart_named(answer.chart)));
    print_result(session, answer, bars);
    if (chart)
        print_charts(session, answer, *chart);
}

/// What is asked of the rows is not part of the statement, nor of the records behind them.
void refuse_options_of_rows(const Arguments& args) {
    for (const std::string_view one : {"sql", "drill"})
        for (const std::string_view other : {"totals", "pivot", "sort", "limit", "fail-if"})
            if (args.has(one) && (args.has(other) || !args.list(other).empty()))
                throw Error(Fault::usage, "contradiction",
                            fmt::format("--{} and --{} exclude each other", one, other),
                            fmt::format("leave out --{}", other));
}

void write_or_print(Session& session, const std::string& file, const std::function<void()>& print) {
    if (file.empty())
        print();
    else
        write_to_file(session, file, session.captured(print));
}

int run_dashboard(Session& session, const Arguments& args, const std::string& path) {
    const std::string file = args.text("out");
    if (session.format.empty() && !file.empty())
        session.format = format_of_file(file);
    const DashboardAnswer answer = ask_dashboard(session, args, path);
    write_or_print(session, file, [&] { print_dashboard(session, answer); });
    return args.flag("exit-empty") && answer.rows() == 0 ? 1 : 0;
}

int run_report(Session& session, const Arguments& args) {
    const std::vector<report::FailIf> conditions = conditions_of(args);
    if (args.words.empty())
        refuse_computed_options(args);
    if (args.words.empty() || args.words[0] != "mail")
        refuse_mail_options(args);
    if (args.words.empty() || args.words[0] == "list")
        return list_reports(session);
    if (args.words[0] == "show")
        return show_report(session, args);
    if (args.words[0] == "run")
        return run_reports(session, args);
    if (args.words[0] == "mail")
        return mail_reports(session, args);
    if (const auto dashboard = dashboard_named(session.config, args.words[0]))
        return run_dashboard(session, args, *dashboard);
    refuse_options_of_rows(args);
    if (args.flag("sql")) {
        session.out.write(sql_of_report(session, args));
        return 0;
    }
    if (args.has("drill"))
        return print_records(session, compile_report(session, args), args.text("drill"));
    const std::string file = args.text("out");
    const bool bars = file.empty() && session.format.empty() && session.env.out_tty;
    if (session.format.empty() && !file.empty())
        session.format = format_of_file(file);
    const std::optional<show::ChartKind> chart = chart_of(session, args);
    const bool page = session.format == "html";
    const report::Answer answer =
        ask_report(session, args, page ? AnswerFor::page : AnswerFor::rows);
    const Result& result = answer.result;
    const bool failed = say_failures(session, conditions, result);
    const auto print = [&] {
        print_answer(session, answer, chart,
                     bars && !chart && answer.chart != "none" && !args.flag("pivot") &&
                         !args.flag("totals") && !result.rows.empty() && result.groups() > 0);
    };
    for (const std::string& note : result.notes)
        session.remark("note: " + note);
    write_or_print(session, file, print);
    if (file.empty() && result.rows.empty())
        session.remark_nothing(fmt::format("{}: nothing to show", answer.name));
    return failed || (args.flag("exit-empty") && result.rows.empty()) ? 1 : 0;
}

std::string explain() {
    const std::vector<Report> known = known_reports({});
    std::string out =
        "Without a name, or with `list`, the reports are listed. `show REPORT` says what a report "
        "asks for and what it shows; `run REPORT… --out DIR` and `run --all --out DIR` write each "
        "to a file of a folder, pages with an index; one that fails is named (exit 6). `mail "
        "REPORT… --to WHO` queues them as a "
        "mail, "
        "with the tables in its text and the pages (with -o files of another format) attached; crm "
        "mail send sends it. Own reports are SQL files in .crm/reports or "
        "in the folder `reports` of the configuration, dashboards TOML files there; "
        "crm-report-files(5) describes both. The reports of the program:\n\n";
    for (const Report& report : known)
        if (report.noun.empty() || report.computed)
            out += fmt::format("- `{}` :: {}.\n", report.name, report.help);
        else
            out += report.basis.empty()
                       ? fmt::format("- `{}` :: {}. Grouped by {}; -p is about {}.\n", report.name,
                                     report.help, report.by.empty() ? report.group_name : report.by,
                                     report.period)
                       : fmt::format(
                             "- `{}` :: {}, for each plan that [[commission]] of the "
                             "configuration sets.\n",
                             report.name, report.help);
    out += "\n" + value_reports_help();
    out += "forecast weights the amounts by --method:\n\n";
    for (const report::Method& method : report::find_report(known, "forecast", "").methods)
        out += fmt::format("- `{}` :: {}.\n", method.name, method.help);
    out +=
        "\nA deal is worth its amount, else its line items, else, while it is open, the list price "
        "of its product. forecast leaves out deals whose forecast_category is Omitted. --by also "
        "follows links and parts of addresses: owner.manager, account.billing_address.city. Rows "
        "are records: two users of one name are two rows, and --drill takes an id, too. A deal "
        "that was created as won counts for every stage of the funnel, one that was created as "
        "lost for the first only, since its other stages are not known. A record with several "
        "values of a field (competitors, tags) counts for each of them.\n\n"
        "The metric of a target is revenue (whole units of the database's currency), won, calls, "
        "meetings, leads or orders; its period is 2026, 2026-Q4, 2026-11 or 2026-W41, and without "
        "one all days count; it counts what its owner reached, or everybody when it has none. -p "
        "shows the targets whose period has one of the days. --in also converts the targets; "
        "without it only deals in the database's currency count.\n\n"
        "Dates and times are grouped by the month where you are; close_date.day, .week (its "
        "Monday), "
        ".quarter and .year say otherwise. Amounts of several currencies are never added: "
        "each currency has its own rows, unless --in converts them to one. The rate is that of "
        "the date that -p is about, or today's for later dates. --sql prints the statement over "
        "the views of `crm sql`, with amounts in minor units; behind `crm sql --views` the stock "
        "sqlite3 shell gives the same rows with it, in whatever time zone it runs.\n\n"
        "--fail-if compares `rows`, a column, one group of it (`win_rate[product=Pump]`), or its "
        "sum, mean, min or max, by < <= = != >= > with a limit: a number with k, M, %, a currency, "
        "d or h. Conditions are joined by and, or; and binds tighter. A column fails if one row "
        "does, and columns joined by and must do so in the same row. An empty value never fails, "
        "and the sum of no values is 0. With --limit the rows that are shown count.\n\n"
        "A page (-o html, --out FILE.html) has a chart, a table whose headings sort it, and the "
        "totals of the whole report, in one file that loads nothing. Times are drawn as columns, "
        "more than forty of them as a line, everything else as bars; --chart says otherwise.";
    return out;
}

/// What is counted, how it is grouped, and where it goes.
std::vector<Option> report_options() {
    return {
        {.name = "by", .kind = Kind::fields, .value = "FIELD,…", .help = "group by these fields"},
        {.name = "period",
         .letter = 'p',
         .kind = Kind::moment,
         .value = "PERIOD",
         .help = "only these days: 'last quarter', 2026-11"},
        {.name = "where",
         .kind = Kind::query,
         .value = "QUERY",
         .help = "only records that match the query"},
        {.name = "method",
         .kind = Kind::word,
         .value = "NAME",
         .help = "for forecast: stage, overall, product, product-mean, owner, "
                 "owner-shrunk or cohort; for commissions: the plan"},
        {.name = "in",
         .kind = Kind::currency,
         .value = "CURRENCY",
         .help = "convert all amounts by the rates of crm rate"},
        {.name = "drill",
         .kind = Kind::word,
         .value = "VALUE",
         .help = "print the ids of the records in that group; none for the group "
                 "without a value"},
        {.name = "pivot", .help = "turn the last group into columns, with the first amount"},
        {.name = "figure",
         .kind = Kind::word,
         .value = "COLUMN",
         .help = "with --pivot: this figure instead of the first amount"},
        {.name = "totals",
         .help = "add a row for each group of the first fields, and for all; the "
                 "column level says how many groups are fixed"},
        {.name = "sort",
         .letter = 's',
         .kind = Kind::word,
         .value = "COLUMN",
         .help = "sort by this column; -COLUMN: largest first"},
        {.name = "limit", .kind = Kind::number, .value = "N", .help = "at most so many rows"},
        {.name = "chart",
         .kind = Kind::word,
         .value = "KIND",
         .help = "below the table or on the page",
         .words = {"bar", "column", "line", "none"}},
        {.name = "all", .help = "with run: all reports that require no parameters"},
        {.name = "to",
         .kind = Kind::any_reference,
         .value = "WHO",
         .help = "with mail: users, contacts or addresses that get it",
         .many = true},
        {.name = "if-any", .help = "with mail: only when a report has rows"},
        {.name = "out",
         .kind = Kind::output_file,
         .value = "FILE",
         .help = "write to a file: .html (a page with charts), .csv, .tsv, .json, "
                 ".jsonl, .md, .xlsx"},
        {.name = "sql", .help = "print the SQL"},
        {.name = "fail-if",
         .kind = Kind::word,
         .value = "EXPR",
         .help = "exit 1 when the figures are so: 'rows>0', 'sum(amount)<100kEUR'; "
                 "several mean or",
         .many = true},
        {.name = "exit-empty", .letter = 'e', .help = "exit 1 when there are no rows"}};
}

}  // namespace

report::Answer print_report(Session& session, const Arguments& args) {
    const std::optional<show::ChartKind> chart = chart_of(session, args);
    const bool is_page = session.format == "html";
    report::Answer answer = ask_report(session, args, is_page ? AnswerFor::page : AnswerFor::rows);
    for (const std::string& note : answer.result.notes)
        session.remark("note: " + answer.name + ": " + note);
    print_answer(session, answer, chart, false);
    return answer;
}

Command report_command() {
    Command out = {
        .help = "Show figures: pipeline, forecast, funnel, won deals and more",
        .needs = Needs::reading,
        .arguments = {{.name = "REPORT",
                       .kind = Kind::report,
                       .help = "name of the report, or a file that ends in .sql or .toml; list, "
                               "show REPORT and run REPORT… say more"},
                      {.name = "PARAM=VALUE",
                       .kind = Kind::word,
                       .many = true,
                       .help = "values that a report file asks for"}},
        .options = report_options(),
        .formats = formats::rows_with_id,
        .formats_for = formats_for,
        .run = run_report,
        .explain = explain,
        .examples = {
            {"report pipeline", "open deals by stage"},
            {"report leaderboard -p 'last quarter' -o csv", "sales by owner, as CSV"},
            {"report win-rate --by product,owner --where 'amount:1000..'", "group by two fields"},
            {"report funnel -p 'last quarter' --out funnel.html", "a page with charts"},
            {"report pipeline --by stage,owner --pivot", "one column per owner"},
            {"report leaderboard --fail-if 'rows<1'", "exit 1 when nobody sells"},
            {"report show pipeline", "what it asks for and what it shows"},
            {"report run pipeline won --out figures", "pages of several reports, with an index"},
            {"report mail pipeline won -p 'last week' --to grace --if-any", "in a crontab"},
            {"report pipeline --drill proposal | crm deal tag - +review", "tag the deals of a row"},
            {"report rfm-segments", "who carries the business, and who is leaving"},
            {"report cross-sell Acme", "what an account may buy next"},
            {"report forecast --method cohort -p 'this quarter'", "what the open deals will bring"},
            {"report clv --from shop.csv --map 1=customer,2=date,3=amount",
             "what the customers of a table will bring"}}};
    out.unneeded_with = "from";
    for (const Option& option : computed_options())
        out.options.push_back(option);
    return out;
}

}  // namespace crm::cmd
