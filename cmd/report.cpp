#include <fmt/format.h>

#include <algorithm>

#include "base/money.hpp"
#include "base/text.hpp"
#include "cmd/records.hpp"
#include "meta/type.hpp"
#include "query/lower.hpp"
#include "sql/connection.hpp"

/// report: figures of a noun in groups, each report one row of a table.
namespace crm::cmd {
namespace {

using meta::Placed;
using meta::Type;
using sql::quoted;

struct Measure {
    std::string_view title;
    std::string_view sql;       ///< over alias t; of money the sum of minor units
    bool money = false;
};

struct Report {
    std::string_view name, help, noun;
    std::string_view by;        ///< fields it is grouped by unless --by says others
    std::string_view which;     ///< query of the records that it is about
    std::string_view period;    ///< the field that -p is about
    std::vector<Measure> measures;
};

const std::vector<Report>& reports() {
    static const Measure deals{"deals", "count(*)"}, amount{"amount", "sum(t.\"amount\")", true};
    static const Measure weighted{"weighted", "sum(t.\"amount\" * coalesce(t.\"probability\", 0)) / 100", true};
    static const Measure won{"won", "sum(t.\"stage\" = 'Closed Won')"}, lost{"lost", "sum(t.\"stage\" = 'Closed Lost')"};
    static const Measure rate{"win_rate", "printf('%.6f', avg(t.\"stage\" = 'Closed Won'))"};
    static const Measure won_amount{"won_amount", "sum(CASE WHEN t.\"stage\" = 'Closed Won' THEN t.\"amount\" END)", true};
    static const Measure mean{"mean", "sum(t.\"amount\") / count(t.\"amount\")", true};
    static const std::vector<Report> all = {
        {"pipeline", "open deals by stage, with what they are worth, also by their chances", "deal", "stage", "is:open", "close_date", {deals, amount, weighted}},
        {"forecast", "open deals by the month in which they are to be decided", "deal", "close_date", "is:open", "close_date", {deals, amount, weighted}},
        {"won", "deals that were won, by the month", "deal", "close_date", "is:won", "close_date", {deals, amount, mean}},
        {"lost", "deals that were lost, by the reason", "deal", "lost_reason", "is:lost", "close_date", {deals, amount}},
        {"leaderboard", "who wins how much, and how often", "deal", "owner", "is:won or is:lost", "close_date", {won, lost, rate, won_amount}},
        {"win-rate", "how many of the deals that were decided were won, by product", "deal", "product", "is:won or is:lost", "close_date", {won, lost, rate, won_amount}},
        {"leads", "leads by source, and how many of them became customers", "lead", "source", "", "created_at",
         {{"leads", "count(*)"}, {"converted", "sum(t.\"status\" = 'Converted')"}, {"conversion", "printf('%.6f', avg(t.\"status\" = 'Converted'))"}}},
        {"tickets", "open tickets by priority", "ticket", "priority", "is:open", "created_at", {{"tickets", "count(*)"}, {"unanswered", "sum(t.\"first_response_at\" IS NULL)"}}},
    };
    return all;
}

/// Minor units as people write them, in SQL, so that the printed statement gives the same text.
std::string as_money(const std::string& sum, const std::string& currency) {
    const auto among = [](int digits) {
        std::string codes;
        for (auto code : currencies_of(digits)) codes += fmt::format("{}'{}'", codes.empty() ? "" : ", ", code);
        return codes;
    };
    return fmt::format("CASE WHEN {0} IS NULL THEN NULL WHEN {1} IN ({2}) THEN printf('%d', {0}) WHEN {1} IN ({3}) THEN printf('%.3f', {0} / 1000.0) ELSE printf('%.2f', {0} / 100.0) END", sum, currency, among(0), among(3));
}

struct Statement {
    std::string sql;
    std::vector<Value> binds;
    std::vector<std::string> titles;
    std::vector<std::string> keys;  ///< expressions
    std::string from, where;
};

Statement statement(Context& context, const Given& given, const Report& report) {
    const meta::Entity& entity = context.model().get(report.noun);
    Statement out;
    out.from = quoted(entity.noun) + " t";
    const bool money = std::ranges::any_of(report.measures, &Measure::money);
    const std::string by = given.has("by") ? given.value("by") : std::string(report.by);
    int joins = 0;
    for (std::string_view word : text::split(by, ',')) {
        const std::string name(text::trimmed(word));
        if (name.empty()) continue;
        const Placed* field = entity.find(name);
        if (field == nullptr || field->cells == 0) {
            Error e(Fault::usage, "unknown_field", fmt::format("{} has no field '{}' to group by", entity.noun, text::clipped(name, 40)));
            e.candidates = text::nearest(name, entity.field_names());
            e.hint = e.candidates.empty() ? fmt::format("crm fields {} lists them", entity.noun) : text::did_you_mean(e.candidates);
            throw e;
        }
        std::string key = "t." + quoted(field->columns.back().name);
        if (field->type() == Type::link && field->to != nullptr && field->to->name() != nullptr) {
            const std::string alias = fmt::format("j{}", ++joins);
            out.from += fmt::format(" LEFT JOIN {0} {1} ON {1}.\"id\" = {2}", quoted(field->to->noun), alias, key);
            key = alias + "." + quoted(field->to->name()->name());
        } else if (field->type() == Type::date || field->type() == Type::instant) {
            key = fmt::format("substr({}, 1, 7)", key);  // by the month
        } else if (field->type() == Type::money) {
            key = "t." + quoted(field->columns[0].name);
        }
        out.keys.push_back(key);
        out.titles.push_back(name);
    }
    std::string select;
    for (std::size_t i = 0; i < out.keys.size(); ++i) select += fmt::format("{}{} AS {}", i > 0 ? ", " : "", out.keys[i], quoted(out.titles[i]));
    std::string group;
    for (std::size_t i = 0; i < out.keys.size(); ++i) group += (i > 0 ? ", " : "") + out.keys[i];
    for (const Measure& measure : report.measures) {
        select += fmt::format("{}{} AS {}", select.empty() ? "" : ", ", measure.money ? as_money(std::string(measure.sql), "t.\"amount_currency\"") : std::string(measure.sql), quoted(measure.title));
        out.titles.emplace_back(measure.title);
    }
    // Amounts of several currencies are never added: each has rows of its own.
    if (money) {
        select += ", t.\"amount_currency\" AS \"currency\"";
        group += (group.empty() ? "" : ", ") + std::string("t.\"amount_currency\"");
        out.titles.emplace_back("currency");
    }
    std::vector<std::string> words;
    if (!report.which.empty()) words.push_back("(" + std::string(report.which) + ")");
    if (given.has("where")) words.push_back("(" + given.value("where") + ")");
    if (given.has("period")) {
        const auto days = read_dates(given.value("period"), context.around.clock);
        if (!days) throw days.error();
        words.push_back(fmt::format("{}:{}..{}", report.period, days->first ? days->first->iso() : "", days->last ? days->last->iso() : ""));
    }
    out.where = "t.\"deleted_at\" IS NULL";
    if (!words.empty()) {
        auto condition = query::compile(words, entity, query_context(context, words), "t");
        if (!condition) throw condition.error();
        if (!condition->sql.empty()) out.where += " AND " + condition->sql;
        out.binds = std::move(condition->binds);
    }
    out.sql = fmt::format("SELECT {} FROM {} WHERE {}{}", select, out.from, out.where, group.empty() ? " HAVING count(*) > 0" : fmt::format(" GROUP BY {0} ORDER BY {0}", group));
    return out;
}

/// With the values in their places, for the shell of sqlite3.
std::string with_literals(const std::string& sql, const std::vector<Value>& binds) {
    std::string out;
    bool text = false;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        if (sql[i] == '\'') text = !text;
        if (text || sql[i] != '?') {
            out += sql[i];
            continue;
        }
        std::size_t n = 0;
        while (i + 1 < sql.size() && sql[i + 1] >= '0' && sql[i + 1] <= '9') n = n * 10 + static_cast<std::size_t>(sql[++i] - '0');
        const Value& value = binds.at(n - 1);
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            out += std::to_string(*number);
        } else if (const auto* words = std::get_if<std::string>(&value)) {
            out += '\'';
            for (const char c : *words) out += c == '\'' ? std::string("''") : std::string(1, c);
            out += '\'';
        } else {
            out += "NULL";
        }
    }
    return out;
}

int run(Context& context, const Given& given) {
    if (given.words.empty()) {
        Rows rows(context, {"report", "about", "by", "help"});
        for (const Report& r : reports()) rows.row({std::string(r.name), std::string(r.noun), std::string(r.by), std::string(r.help)});
        rows.end();
        return 0;
    }
    const auto report = std::ranges::find(reports(), given.words[0], &Report::name);
    if (report == reports().end()) {
        std::vector<std::string> names;
        for (const Report& r : reports()) names.emplace_back(r.name);
        Error e(Fault::usage, "unknown_report", fmt::format("there is no report '{}'", text::clipped(given.words[0], 40)));
        e.candidates = text::nearest(given.words[0], names);
        e.hint = e.candidates.empty() ? text::joined(names, ", ") : text::did_you_mean(e.candidates);
        throw e;
    }
    Statement s = statement(context, given, *report);
    if (given.has("sql")) {
        context.out.write(with_literals(s.sql, s.binds) + ";\n");
        return 0;
    }
    const auto bound = [&](const std::string& text) {
        sql::Statement get = context.store().db().prepare(text);
        for (std::size_t i = 0; i < s.binds.size(); ++i) get.bind(static_cast<int>(i) + 1, View(s.binds[i]));
        return get;
    };
    if (given.has("drill")) {
        const meta::Entity& entity = context.model().get(report->noun);
        const std::string wanted = given.value("drill");
        sql::Statement get = bound(fmt::format("SELECT t.\"id\", {} FROM {} WHERE {} ORDER BY t.\"id\"", s.keys.empty() ? "NULL" : s.keys[0], s.from, s.where));
        while (get.step())
            if (wanted == "none" ? get.null(1) : text::key(get.text(1)) == text::key(wanted)) context.out.write(meta::short_id(entity, get.integer(0)) + "\n");
        return 0;
    }
    Rows rows(context, s.titles);
    sql::Statement get = bound(s.sql);
    std::vector<Value> values(s.titles.size());
    std::int64_t count = 0;
    while (get.step()) {
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = get.view(static_cast<int>(i)).owned();
        rows.row(values);
        ++count;
    }
    rows.end();
    return given.has("exit-empty") && count == 0 ? 1 : 0;
}

}  // namespace

Command report_command() {
    static const std::string details = [] {
        std::string out = "Without a name the reports are listed:\n\n";
        for (const Report& r : reports()) out += fmt::format("- `{}` :: {}. By {}; -p is about {}.\n", r.name, r.help, r.by, r.period);
        out += "\nDays and times are grouped by the month. Amounts of several currencies are never added: each currency has rows of its own. --sql prints the statement with which the stock sqlite3 shell gives the same rows.";
        return out;
    }();
    return {.verb = "report",
            .help = "Figures: pipeline, forecast, won, lost, leaderboard, win-rate, leads, tickets",
            .needs = Needs::reading,
            .arguments = {{.name = "REPORT", .kind = Kind::word, .help = "which; without it they are listed"}},
            .options = {{.name = "by", .kind = Kind::word, .value = "FIELD,…", .help = "group by these fields"},
                        {.name = "period", .letter = 'p', .kind = Kind::moment, .value = "PERIOD", .help = "only these days: 'last quarter', 2026-11"},
                        {.name = "where", .kind = Kind::word, .value = "QUERY", .help = "only records that the query finds"},
                        {.name = "drill", .kind = Kind::word, .value = "VALUE", .help = "the ids of the records behind the row of that group; none for the one without a name"},
                        {.name = "sql", .help = "print the SQL"},
                        {.name = "exit-empty", .letter = 'e', .help = "exit 1 when there is no row"}},
            .run = run,
            .details = details,
            .examples = {{"report pipeline", "open deals by stage"},
                         {"report leaderboard -p 'last quarter' -o csv", "who won how much"},
                         {"report win-rate --by product,owner --where 'amount:1000..'", "in smaller groups"},
                         {"report pipeline --drill proposal | crm deal tag - +review", "the deals behind a row"}}};
}

}  // namespace crm::cmd
