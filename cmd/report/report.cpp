#include "base/money.hpp"
#include "base/text.hpp"
#include "cmd/cli/files.hpp"
#include "cmd/cli/records.hpp"
#include "cmd/report/report_show.hpp"
#include "cmd/report/reports.hpp"
#include "meta/type.hpp"
#include "query/lower.hpp"
#include "sql/connection.hpp"
#include "sql/money.hpp"

#include <fmt/format.h>

#include <algorithm>

/// report: figures of a noun in groups, each report one row of a table.
namespace crm::cmd {
namespace {

using meta::FieldInfo;
using meta::Type;
using sql::literal;
using sql::quoted;

/// The day whose rate counts: that of the report's period, but never one to come.
std::string day_of(const meta::Entity& entity, const Report& report, const std::string& today) {
    const std::string field = "t." + quoted(report.period);
    const bool date = entity.find(report.period)->type() == Type::date;
    return fmt::format("min(coalesce({}, substr(t.\"created_at\", 1, 10)), {})",
                       date ? field : "substr(" + field + ", 1, 10)", literal(today));
}

std::string replaced(std::string_view text, std::string_view what, std::string_view with) {
    std::string out;
    for (std::size_t at; (at = text.find(what)) != std::string_view::npos;
         text.remove_prefix(at + what.size()))
        out += std::string(text.substr(0, at)) + std::string(with);
    return out + std::string(text);
}

/// A code as it is written: EUR.
Expected<std::string> currency_named(std::string code) {
    std::ranges::transform(code, code.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    });
    if (!known_currency(code))
        return failure(Fault::usage, "unknown_currency",
                       fmt::format("'{}' is no currency of ISO 4217", text::clipped(code, 40)),
                       "--in EUR");
    return code;
}

struct Statement {
    std::string sql;
    std::vector<Value> binds;
    std::vector<std::string> titles;
    std::vector<std::string> keys;  ///< expressions
    std::string from, where;
    std::string rateless;  ///< finds a currency that has no rate, and the day
};

/// The way to reckon that --method names; the first without it, null where there is only one.
const Method* method_of(const Report& report, const Arguments& args) {
    if (!report.plan.empty() || (report.methods.empty() && !args.has("method")))
        return nullptr;
    if (!args.has("method"))
        return &report.methods.front();
    for (const Method& method : report.methods)
        if (text::key(method.name) == text::key(args.value("method")))
            return &method;
    std::vector<std::string> names;
    for (const Method& method : report.methods)
        names.emplace_back(method.name);
    Error e(Fault::usage, "unknown_method",
            fmt::format("{} knows no method '{}'", report.name,
                        text::clipped(args.value("method"), 40)));
    e.candidates = text::nearest(args.value("method"), names);
    e.hint = names.empty()          ? "it is reckoned in one way"
             : e.candidates.empty() ? text::joined(names, ", ")
                                    : text::did_you_mean(e.candidates);
    throw e;
}

Statement statement(Session& session, const Arguments& args, const Report& report) {
    const meta::Entity& entity = session.model().get(report.noun);
    Statement out;
    out.from = quoted(entity.noun) + " t" + report.join;
    const bool money = std::ranges::any_of(report.measures, &Measure::money);
    // What has no amount counts beside the amounts in the currency of the store.
    const std::string currency =
        fmt::format("coalesce({}, {})", report.currency, literal(session.store().currency()));
    const Method* method = method_of(report, args);
    if (method != nullptr)
        out.from += method->join;
    std::string in = args.value("in"), converted;
    if (!in.empty()) {
        const auto code = currency_named(in);
        if (!code)
            throw code.error();
        in = *code;
        converted =
            sql::in_currency(session.store().db().dialect(), in, report.value, report.currency,
                             day_of(entity, report, session.env.clock.today().iso()));
    }
    const std::string by = args.has("by") ? args.value("by") : std::string(report.by);
    std::string order;
    int joins = 0;
    for (std::string_view word : text::split(by, ',')) {
        const std::string name(text::trimmed(word));
        if (name.empty())
            continue;
        // owner.manager: over links to the field of another record.
        const FieldInfo* field = nullptr;
        const meta::Entity* at = &entity;
        std::string from = "t";
        for (const std::string_view part : text::split(name, '.')) {
            if (field != nullptr) {
                if (field->type() != Type::link || field->to == nullptr) {
                    field = nullptr;
                    break;
                }
                const std::string alias = fmt::format("j{}", ++joins);
                out.from += fmt::format(" LEFT JOIN {0} {1} ON {1}.\"id\" = {2}.{3}",
                                        quoted(field->to->noun), alias, from,
                                        quoted(field->columns.back().name));
                at = field->to, from = alias;
            }
            field = at->find(part);
            if (field == nullptr)
                break;
        }
        if (field == nullptr || field->cells == 0) {
            Error e(Fault::usage, "unknown_field",
                    fmt::format("{} has no field '{}' to group by", entity.noun,
                                text::clipped(name, 40)));
            e.candidates = text::nearest(name, entity.field_names());
            e.hint = e.candidates.empty() ? fmt::format("crm fields {} lists them", entity.noun)
                                          : text::did_you_mean(e.candidates);
            throw e;
        }
        std::string key = from + "." + quoted(field->columns.back().name);
        if (field->type() == Type::link && field->to != nullptr && field->to->name() != nullptr) {
            const std::string alias = fmt::format("j{}", ++joins);
            out.from += fmt::format(" LEFT JOIN {0} {1} ON {1}.\"id\" = {2}",
                                    quoted(field->to->noun), alias, key);
            key = alias + "." + quoted(field->to->name()->name());
        } else if (field->is(meta::many) &&
                   field->type() == Type::text) {  // a record counts for each of its values
            const std::string alias = fmt::format("j{}", ++joins);
            out.from += fmt::format(
                R"( LEFT JOIN json_each('[' || replace(json_quote({}), '; ', '","') || ']') {})",
                key, alias);
            key = alias + ".\"value\"";
        } else if (field->type() == Type::date || field->type() == Type::instant) {
            key = fmt::format("substr({}, 1, 7)", key);  // by the month
        } else if (field->type() == Type::money) {
            key = from + "." + quoted(field->columns[0].name);
        }
        out.keys.push_back(key);
        out.titles.push_back(name);
        order += order.empty() ? "" : ", ";
        if (field->type() == Type::choice) {  // as they follow one another, and not by the alphabet
            order += "CASE " + key;
            for (std::size_t i = 0; i < field->field->more.words.size(); ++i)
                order +=
                    fmt::format(" WHEN {} THEN {}", literal(field->field->more.words[i]), i + 1);
            order += " END";
        } else {
            order += key;
        }
    }
    std::string partition = "NULL";
    for (const std::string& key : out.keys)
        partition += ", " + key;
    if (!report.key.empty())
        out.keys.emplace(out.keys.begin(), report.key),
            out.titles.emplace(out.titles.begin(), report.key_title);
    std::string select;
    for (std::size_t i = 0; i < out.keys.size(); ++i)
        select += fmt::format("{}{} AS {}", i > 0 ? ", " : "", out.keys[i], quoted(out.titles[i]));
    std::string group;
    for (std::size_t i = 0; i < out.keys.size(); ++i)
        group += (i > 0 ? ", " : "") + out.keys[i];
    for (const Measure& measure : report.measures) {
        std::string sql(measure.sql);
        for (const auto& [mark, with] :
             {std::pair{"{group}", partition}, std::pair{"{now}", session.env.clock.now.iso()},
              std::pair{"{weight}", method == nullptr ? std::string() : method->weight},
              std::pair{"{value}", in.empty() ? report.value : converted}})
            sql = replaced(sql, mark, with);
        select += fmt::format("{}{} AS {}", select.empty() ? "" : ", ",
                              measure.money ? sql::as_money(session.store().db().dialect(), sql,
                                                            in.empty() ? currency : literal(in))
                                            : sql,
                              quoted(measure.title));
        out.titles.emplace_back(measure.title);
    }
    // Amounts of several currencies are never added: each has rows of its own, unless they are all
    // to be in one.
    if (money && !in.empty()) {
        select += fmt::format(", {} AS \"currency\"", literal(in));
        out.titles.emplace_back("currency");
    } else if (money) {
        select += fmt::format(", {} AS \"currency\"", currency);
        group += (group.empty() ? "" : ", ") + currency;
        order += (order.empty() ? "" : ", ") + currency;
        out.titles.emplace_back("currency");
    }
    std::vector<std::string> words;
    if (!report.which.empty())
        words.push_back("(" + std::string(report.which) + ")");
    if (args.has("where"))
        words.push_back("(" + args.value("where") + ")");
    if (args.has("period")) {
        const auto days = read_dates(args.value("period"), session.env.clock);
        if (!days)
            throw days.error();
        words.push_back(fmt::format("{}:{}..{}", report.period,
                                    days->first ? days->first->iso() : "",
                                    days->last ? days->last->iso() : ""));
    }
    out.where = "t.\"deleted_at\" IS NULL";
    if (!words.empty()) {
        auto condition = query::compile(words, entity, query_context(session, words), "t");
        if (!condition)
            throw condition.error();
        if (!condition->sql.empty())
            out.where += " AND " + condition->sql;
        out.binds = std::move(condition->binds);
    }
    if (money && !in.empty()) {
        const std::string day = day_of(entity, report, session.env.clock.today().iso());
        out.rateless = fmt::format(
            "SELECT {5}, {0} FROM {1} WHERE {2} AND {6} IS NOT NULL AND {5} <> {3} AND {4} IS NULL "
            "LIMIT 1",
            day, out.from, out.where, literal(in), sql::rate(report.currency, literal(in), day),
            report.currency, report.value);
    }
    // A report with a group of its own sorts that within the others; one without sorts the groups.
    std::string in_order = order;
    if (!report.order.empty()) {
        const std::string own =
            replaced(report.order, "{value}", in.empty() ? report.value : converted);
        in_order = order.empty()        ? own
                   : report.key.empty() ? own + ", " + order
                                        : order + ", " + own;
    }
    out.sql = fmt::format("SELECT {} FROM {} WHERE {}{}", select, out.from, out.where,
                          group.empty() ? " HAVING count(*) > 0"
                                        : fmt::format(" GROUP BY {} ORDER BY {}", group, in_order));
    return out;
}

/// With the values in their places, for the shell of sqlite3.
std::string with_literals(const std::string& sql, const std::vector<Value>& binds) {
    std::string out;
    bool text = false;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        if (sql[i] == '\'')
            text = !text;
        if (text || sql[i] != '?') {
            out += sql[i];
            continue;
        }
        std::size_t n = 0;
        while (i + 1 < sql.size() && sql[i + 1] >= '0' && sql[i + 1] <= '9')
            n = n * 10 + static_cast<std::size_t>(sql[++i] - '0');
        const Value& value = binds.at(n - 1);
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            out += std::to_string(*number);
        } else if (const auto* words = std::get_if<std::string>(&value)) {
            out += literal(*words);
        } else {
            out += "NULL";
        }
    }
    return out;
}

int run(Session& session, const Arguments& args) {
    const auto nouns = session.store().nouns();
    const std::vector<Report> known =
        reports(session.model().stages(), session.config, [&](std::string_view noun) {
            return std::ranges::find(nouns, noun, &meta::Entity::noun) != nouns.end();
        });
    if (args.words.empty()) {
        Rows rows(session, {"report", "about", "by", "help"});
        for (const Report& r : known)
            rows.row({std::string(r.name), std::string(r.noun), r.by,
                      std::string(r.help) + (r.plan.empty() ? "" : " " + r.plan)});
        rows.end();
        return 0;
    }
    auto report = std::ranges::find(known, args.words[0], &Report::name);
    if (report != known.end() && !report->plan.empty() && args.has("method")) {
        report = std::ranges::find_if(known, [&](const Report& r) {
            return r.name == args.words[0] && text::key(r.plan) == text::key(args.value("method"));
        });
        if (report == known.end())
            throw Error(Fault::usage, "unknown_method",
                        fmt::format("there is no plan '{}' of commissions",
                                    text::clipped(args.value("method"), 40)),
                        "crm config list | grep commission");
    }
    if (report == known.end() && args.words[0] == "commissions")
        throw Error(Fault::config, "no_rules", "there are no plans of commission",
                    "write [[commission]] into the configuration; crm help config shows how");
    if (report == known.end()) {
        std::vector<std::string> names;
        for (const Report& r : known)
            names.emplace_back(r.name);
        Error e(Fault::usage, "unknown_report",
                fmt::format("there is no report '{}'", text::clipped(args.words[0], 40)));
        e.candidates = text::nearest(args.words[0], names);
        e.hint =
            e.candidates.empty() ? text::joined(names, ", ") : text::did_you_mean(e.candidates);
        throw e;
    }
    Statement s = statement(session, args, *report);
    if (args.has("sql")) {
        session.out.write(with_literals(s.sql, s.binds) + ";\n");
        return 0;
    }
    const auto bound = [&](const std::string& text) {
        sql::Statement get = session.store().db().prepare(text);
        for (std::size_t i = 0; i < s.binds.size(); ++i)
            get.bind(static_cast<int>(i) + 1, View(s.binds[i]));
        return get;
    };
    if (args.has("drill")) {
        const meta::Entity& entity = session.model().get(report->noun);
        const std::string wanted = args.value("drill");
        sql::Statement get =
            bound(fmt::format("SELECT t.\"id\", {} FROM {} WHERE {} ORDER BY t.\"id\"",
                              s.keys.empty() ? "NULL" : s.keys[0], s.from, s.where));
        bool any = false;
        while (get.step())
            if (wanted == "none" ? get.null(1) : text::key(get.text(1)) == text::key(wanted))
                session.out.write(meta::short_id(entity, get.integer(0)) + "\n"), any = true;
        // A group of a set may well be empty, but not one that the set has not.
        const std::string by = args.has("by") ? args.value("by") : report->by;
        const meta::FieldInfo* field = entity.find(std::string_view(by).substr(0, by.find(',')));
        if (!any && wanted != "none" && field != nullptr && field->type() == meta::Type::choice) {
            const std::vector<std::string> words(field->field->more.words.begin(),
                                                 field->field->more.words.end());
            if (std::ranges::none_of(words, [&](const std::string& word) {
                    return text::key(word) == text::key(wanted);
                })) {
                Error e(Fault::usage, "unknown_word",
                        fmt::format("--drill: {} has no word '{}'", field->name(),
                                    text::clipped(wanted, 40)));
                e.candidates = text::nearest(wanted, words);
                e.hint = e.candidates.empty() ? text::joined(words, ", ")
                                              : text::did_you_mean(e.candidates);
                throw e;
            }
        }
        return 0;
    }
    if (!s.rateless.empty()) {
        sql::Statement get = bound(s.rateless);
        if (get.step()) {
            const std::string from(get.text(0)), day(get.text(1));
            const std::string to = *currency_named(args.value("in"));
            throw Error(Fault::refused, "no_rate",
                        fmt::format("{} has no rate to {} on {}", from, to, day),
                        fmt::format("crm rate set {}/{} RATE --on {}", from, to, day));
        }
    }
    const auto amount = std::ranges::find_if(report->measures, &Measure::money);
    Table table{s.titles,
                {},
                s.keys.size(),
                s.keys.size() + static_cast<std::size_t>(amount == report->measures.end()
                                                             ? 0
                                                             : amount - report->measures.begin())};
    sql::Statement get = bound(s.sql);
    while (get.step()) {
        std::vector<Value>& values = table.rows.emplace_back(s.titles.size());
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = get.view(static_cast<int>(i)).owned();
    }
    if (args.has("pivot"))
        table = pivoted(table);
    const int code = args.has("exit-empty") && table.rows.empty() ? 1 : 0;
    const std::string file = args.value("out");
    if (file.ends_with(".html") && session.format.empty()) {
        FileWriter out(file, !session.dry_run);
        out.write(page(table, report->name,
                       std::string(report->help) +
                           (args.has("method") ? ", by " + args.value("method") : "") +
                           (args.has("in") ? ", in " + args.value("in") : "") + ", on " +
                           session.env.clock.today().iso() +
                           (args.has("period") ? ": " + args.value("period") : "") +
                           (args.has("where") ? ", " + args.value("where") : "")));
        out.commit();
        return code;
    }
    if (!file.empty() && session.format.empty())
        for (const std::string_view format : {"csv", "tsv", "json", "jsonl", "md", "xlsx"})
            if (file.ends_with("." + std::string(format)))
                session.format = format;
    if (!file.empty() && session.format.empty())
        throw Error(
            Fault::usage, "unknown_format",
            fmt::format("'{}' does not say how it is to be written", text::clipped(file, 60)),
            "--out report.html, .csv, .tsv, .json, .jsonl, .md, .xlsx, or -o FORMAT");
    const bool chart = file.empty() && session.format.empty() && session.env.out_tty &&
                       !args.has("pivot") && !table.rows.empty() && table.keys > 0;
    std::vector<std::string> titles = table.titles;
    if (chart)
        titles.emplace_back("");
    Rows rows(session, titles);
    // Rates, days and hours are numbers; money keeps the decimals of its currency and is a text, as
    // everywhere.
    std::vector<std::size_t> decimals;
    if (args.has("pivot")) {
        if (amount == report->measures.end())
            for (std::size_t i = table.keys; i < table.titles.size(); ++i)
                decimals.push_back(i);
    } else {
        for (std::size_t i = 0; i < report->measures.size(); ++i)
            if (!report->measures[i].money)
                decimals.push_back(s.keys.size() + i);
    }
    rows.decimals(std::move(decimals));
    const std::vector<double> parts = shares(table);
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        std::vector<Value> values = table.rows[i];
        if (chart)
            values.emplace_back(bar(parts[i]));
        rows.row(values);
    }
    rows.end();
    if (!file.empty()) {
        FileWriter out(file, !session.dry_run);
        out.write(session.take_output());
        out.commit();
    }
    return code;
}

}  // namespace

Command report_command() {
    const auto explain = [] {
        std::string out = "Without a name the reports are listed:\n\n";
        for (const Report& r : reports(meta::Stages(), Config()))
            out += fmt::format("- `{}` :: {}. By {}; -p is about {}.\n", r.name, r.help,
                               r.by.empty() ? r.key_title : r.by, r.period);
        out +=
            "- `commissions` :: what sellers earn by the plan that [[commission]] of the "
            "configuration says.\n";
        out += "\nforecast reckons by --method:\n\n";
        for (const Report& r : reports(meta::Stages(), Config()))
            if (r.name == "forecast")
                for (const Method& m : r.methods)
                    out += fmt::format("- `{}` :: {}.\n", m.name, m.help);
        out +=
            "\nAn open deal without an amount is worth the list price of its product. --by also "
            "goes over links: owner.manager. A deal that came in as won counts for every stage of "
            "the funnel, one that came in as lost for the first only, since nothing else is known "
            "of them. A record with several values of a field (competitors, tags) counts for each "
            "of them. Targets are of revenue (whole units of its currency), won, calls, meetings, "
            "leads or orders, in a period 2026, 2026-Q4 or 2026-11, of their owner or of "
            "all.\n\nDays and times are grouped by the month. Amounts of several currencies are "
            "never added: each currency has rows of its own, unless --in names one: then the rate "
            "of the day counts that -p is about, and of today for days to come. --sql prints the "
            "statement with which the stock sqlite3 shell gives the same rows.";
        return out;
    };
    return {
        .help = "Figures of sales and service: pipeline, funnel, won, leaderboard and more",
        .needs = Needs::reading,
        .arguments = {{.name = "REPORT",
                       .kind = Kind::report,
                       .help = "which; without it they are listed"}},
        .options = {{.name = "by",
                     .kind = Kind::fields,
                     .value = "FIELD,…",
                     .help = "group by these fields"},
                    {.name = "period",
                     .letter = 'p',
                     .kind = Kind::moment,
                     .value = "PERIOD",
                     .help = "only these days: 'last quarter', 2026-11"},
                    {.name = "where",
                     .kind = Kind::query,
                     .value = "QUERY",
                     .help = "only records that the query finds"},
                    {.name = "method",
                     .kind = Kind::word,
                     .value = "NAME",
                     .help = "how it is reckoned: of forecast stage, overall, product, "
                             "product-mean, owner, owner-shrunk; of commissions the plan"},
                    {.name = "in",
                     .kind = Kind::word,
                     .value = "CURRENCY",
                     .help = "all amounts in one currency, by the rates of crm rate"},
                    {.name = "drill",
                     .kind = Kind::word,
                     .value = "VALUE",
                     .help = "the ids of the records behind the row of that group; none for the "
                             "one without a name"},
                    {.name = "pivot", .help = "the last group as columns, with the first figure"},
                    {.name = "out",
                     .kind = Kind::file,
                     .value = "FILE",
                     .help = "write it there: .html (one page with bars), .csv, .tsv, .json, "
                             ".jsonl, .md, .xlsx"},
                    {.name = "sql", .help = "print the SQL"},
                    {.name = "exit-empty", .letter = 'e', .help = "exit 1 when there is no row"}},
        .run = run,
        .explain = explain,
        .examples = {
            {"report pipeline", "open deals by stage"},
            {"report leaderboard -p 'last quarter' -o csv", "who won how much"},
            {"report win-rate --by product,owner --where 'amount:1000..'", "in smaller groups"},
            {"report funnel -p 'last quarter' --out funnel.html", "a page with bars"},
            {"report pipeline --by stage,owner --pivot", "owners side by side"},
            {"report pipeline --drill proposal | crm deal tag - +review",
             "the deals behind a row"}}};
}

}  // namespace crm::cmd
