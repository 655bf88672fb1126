#include "report/compile.hpp"

#include "base/currency.hpp"
#include "base/money.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "meta/stages.hpp"
#include "query/lower.hpp"
#include "report/groups.hpp"
#include "report/marks.hpp"
#include "report/parameters.hpp"
#include "sql/computed.hpp"
#include "sql/connection.hpp"
#include "sql/expression.hpp"
#include "sql/money.hpp"
#include "store/query_context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace crm::report {
namespace {

using sql::literal;
using sql::quoted;

std::string currency_asked_for(const std::string& text) {
    Expected<std::string> code = read_currency(text);
    if (code)
        return *code;
    code.error().hint = "--in EUR";
    throw code.error();
}

/// The method that is asked for, or the first; null where the report has none.
const Method* find_method(const Report& report, const std::string& name) {
    if (report.plan)
        return nullptr;  // the name chose the plan
    if (name.empty())
        return report.methods.empty() ? nullptr : &report.methods.front();
    std::vector<std::string> names;
    for (const Method& method : report.methods) {
        if (text::key(method.name) == text::key(name))
            return &method;
        names.push_back(method.name);
    }
    Error e(Fault::usage, "unknown_method",
            fmt::format("{} has no method '{}'", report.name, text::clipped(name, 40)));
    suggest(e, name, names, names.empty() ? "leave out --method" : text::joined(names, ", "));
    throw e;
}

/// What a deal is worth: its amount, else its line items, else, while it is open, the list price of
/// its product. The same as the formula deal_value of sql/computed_fields, but joined once.
constexpr std::string_view deal_value = R"(coalesce(t."amount", lines."net", list."price"))";
constexpr std::string_view deal_currency =
    R"(coalesce(t."amount_currency", lines."currency", list."price_currency"))";
constexpr std::string_view deal_joins = R"(LEFT JOIN (
    SELECT r."record" AS "id",
           sum({net}) AS "net",
           min(r."price_currency") AS "currency"
    FROM "deal_lines" r
    GROUP BY r."record"
    HAVING count(DISTINCT r."price_currency") = 1 AND count(r."price") = count(*)
) lines ON lines."id" = t."id"
LEFT JOIN "product" list
  ON list."id" = t."product" AND t."stage" NOT IN ('Closed Won', 'Closed Lost')
)";

/// The stages as SQL: how far a deal came is the number of its stage.
class StageNumbers {
public:
    explicit StageNumbers(const meta::Stages& stages) {
        for (const std::string_view name : stages.names())
            if (name != meta::lost_stage)
                names_.push_back(literal(name));
    }

    /// The lost stage has no number of its own: what is known is that the deal was in the first.
    std::string number_of(std::string_view stage) const {
        std::string out = fmt::format("CASE {}", stage);
        for (std::size_t i = 0; i < names_.size(); ++i)
            out += fmt::format(" WHEN {} THEN {}", names_[i], i + 1);
        return out + " ELSE 1 END";
    }

    std::string table() const {
        std::string out;
        for (std::size_t i = 0; i < names_.size(); ++i)
            out += fmt::format("{}SELECT {} AS \"number\", {} AS \"name\"",
                               i == 0 ? "" : "\nUNION ALL ", i + 1, names_[i]);
        return out;
    }

private:
    std::vector<std::string> names_;
};

class Compiler {
public:
    Compiler(const Report& report, const Request& request, store::Resolver& resolver,
             const Clock& clock)
        : report_(report),
          request_(request),
          resolver_(resolver),
          clock_(clock),
          own_currency_(resolver.store().currency()),
          model_(resolver.store().model()),
          dialect_(resolver.store().db().dialect()),
          nouns_(resolver.store().nouns()),
          entity_(model_.get(report.noun)),
          method_(find_method(report, request.method)),
          groups_(all_groups()),
          stages_(model_.stages()) {
        marks_.mark = [this](std::string_view name, std::span<const std::string> arguments) {
            return arguments.empty() ? text_of(name) : call(name, arguments);
        };
        marks_.has_records = has_records_;
        if (!request.currency.empty())
            out_.currency = currency_asked_for(request.currency);
    }

    Statement compile() {
        compile_where();
        out_.entity = &entity_;
        out_.unrecorded = report_.unrecorded;
        if (!groups_.list.empty()) {
            out_.first_group = groups_.list.front().field;
            out_.first_noun = groups_.list.front().noun;
        }
        for (const Group& group : groups_.list)
            out_.record_groups.push_back(group.noun != nullptr);
        out_.columns = columns();
        out_.script = statement(false);
        out_.sql = statement(true);
        out_.records = records();
        out_.count =
            fmt::format("SELECT count(*) FROM {} t WHERE {}", quoted(entity_.noun), where_);
        if (!out_.currency.empty())
            out_.missing_rate = missing_rate();
        return std::move(out_);
    }

private:
    bool has_records(std::string_view noun) const {
        return std::ranges::find(nouns_, noun, &meta::Entity::noun) != nouns_.end();
    }

    std::string by() const {
        const std::string named = request_.by.value_or(report_.by);
        const auto fields = text::split(std::string_view(named), ',');
        if (report_.always.empty() || std::ranges::find(fields, report_.always) != fields.end())
            return named;
        return named.empty() ? report_.always : named + "," + report_.always;
    }

    /// The group of the report itself, then those of --by.
    Groups all_groups() const {
        Groups out = read_groups(by(), entity_, dialect_);
        if (report_.group_sql.empty())
            return out;
        Group own{.name = report_.group_name,
                  .text = report_.group_sql,
                  .keys = {report_.group_sql},
                  .order = {}};  // the report sorts it, after all others
        if (!report_.group_id.empty()) {
            own.type = ColumnType::link;
            own.noun = &model_.get(report_.group_noun);
            own.id = report_.group_id;
            own.keys.push_back(own.id);
        }
        out.list.insert(out.list.begin(), std::move(own));
        return out;
    }

    // --- money

    /// Results of this program are exact or refused; a script runs without its functions.
    sql::Rounding rounding() const {
        return [this](std::string_view x) {
            return for_program_ ? dialect_.rounded_exactly(x) : dialect_.rounded(x);
        };
    }

    /// The mean of whole numbers without their sum in a number with a fraction.
    std::string mean(const std::string& x) const {
        return fmt::format("sum({0}) / count({0}) + {1}", x,
                           rounding()(fmt::format("sum({0}) % count({0}) * 1.0 / count({0})", x)));
    }

    bool worth_of_deals() const { return report_.has_money() && report_.value.empty(); }

    /// What a record is worth, in its own currency.
    std::string own_value() const {
        return report_.value.empty() ? std::string(deal_value) : marks_.expand(report_.value);
    }
    std::string value_currency() const {
        return report_.currency.empty() ? std::string(deal_currency)
                                        : marks_.expand(report_.currency);
    }

    /// The currency of the figures: that of --in, else the database's.
    const std::string& main_currency() const {
        return out_.currency.empty() ? own_currency_ : out_.currency;
    }

    /// Minor units of the main currency. Without --in only amounts that are in it count: those of
    /// several currencies are never added.
    std::string converted(const std::string& minor, const std::string& currency,
                          const std::string& day) const {
        if (out_.currency.empty())
            return fmt::format("CASE WHEN {} = {} THEN {} END", currency, literal(own_currency_),
                               minor);
        return sql::in_currency(rounding(), out_.currency, minor, currency, day);
    }

    /// "USD 2026-11-30" where there is no rate to the currency of --in.
    std::string missing_rate(const std::string& currency, const std::string& day) const {
        if (out_.currency.empty())
            return "NULL";
        const std::string to = literal(out_.currency);
        return fmt::format("CASE WHEN {0} <> {1} AND {2} IS NULL THEN {0} || ' ' || {3} END",
                           currency, to, sql::rate(currency, to, day), day);
    }

    /// The day whose rate counts: that of the report's period, but no later than today.
    std::string rate_day() const {
        const std::string field = "t." + quoted(report_.period);
        const bool date = entity_.find(report_.period)->type() == meta::Type::date;
        const std::string day = date ? field : dialect_.local_day(field);
        return dialect_.lesser(
            fmt::format("coalesce({}, {})", day, dialect_.local_day("t.\"created_at\"")),
            literal(clock_.today().iso()));
    }

    /// The same in the currency that is asked for.
    std::string value() const {
        if (out_.currency.empty() || !report_.has_money())
            return own_value();
        return sql::in_currency(rounding(), out_.currency, own_value(), value_currency(),
                                rate_day());
    }

    /// What has no amount counts beside the amounts in the currency of the database.
    std::string currency() {
        if (!out_.currency.empty())
            return literal(out_.currency);
        return fmt::format("coalesce({}, {})", value_currency(), literal(own_currency_));
    }

    /// Amounts of several currencies are never added: each has rows of its own.
    bool grouped_by_currency() const { return report_.has_money() && out_.currency.empty(); }

    // --- clauses

    /// A group and a figure do not share a name: --by amount.
    std::string column_name(const Group& group) const {
        const bool taken =
            std::ranges::find(report_.columns, group.name, &Column::name) != report_.columns.end();
        return taken ? "by_" + group.name : group.name;
    }

    std::vector<Column> columns() const {
        std::vector<Column> out;
        for (const Group& group : groups_.list) {
            Column& column = out.emplace_back(Column{.name = column_name(group)});
            column.type = group.type;
            column.group = true;
            if (group.noun != nullptr)
                column.noun = group.noun->noun;
        }
        for (const Column& column : report_.columns) {
            out.push_back(column);
            if (column.type == ColumnType::money)
                out.back().unit = out_.currency;
        }
        if (report_.has_money())
            out.push_back({.name = "currency"});
        return out;
    }

    void compile_where() {
        where_ = sql::live("t");
        if (!report_.first_day.empty() && !request_.period.empty())
            where_ += span_condition();
        const std::vector<std::string> words = query_words();
        if (words.empty())
            return;
        auto condition =
            query::compile(words, entity_, store::query_context(resolver_, clock_, words), "t");
        if (!condition)
            throw condition.error();
        if (!condition->sql.empty())
            where_ += "\n  AND " + condition->sql;
        out_.binds = std::move(condition->binds);
    }

    std::vector<std::string> query_words() const {
        std::vector<std::string> words;
        if (!report_.query.empty())
            words.push_back("(" + report_.query + ")");
        if (!request_.where.empty())
            words.push_back("(" + request_.where + ")");
        if (!request_.period.empty() && report_.first_day.empty()) {
            const DateSpan days = read_period();
            words.push_back(fmt::format("{}:{}..{}", report_.period,
                                        days.first ? days.first->iso() : "",
                                        days.last ? days.last->iso() : ""));
        }
        return words;
    }

    DateSpan read_period() const {
        auto days = read_dates(request_.period, clock_);
        if (!days)
            throw days.error();
        return *days;
    }

    /// The span of days of a record has a day of -p.
    std::string span_condition() const {
        const DateSpan days = read_period();
        std::string out;
        if (days.first)
            out += fmt::format("\n  AND {} >= {}", report_.last_day, literal(days.first->iso()));
        if (days.last)
            out += fmt::format("\n  AND {} <= {}", report_.first_day, literal(days.last->iso()));
        return out;
    }

    std::string group_columns() {
        std::string out;
        const auto add = [&out](const std::string& sql, const std::string& name) {
            out += fmt::format("{}{} AS {},", out.empty() ? "" : "\n", sql, quoted(name));
        };
        for (const Group& group : groups_.list)
            add(group.text, column_name(group));
        if (!for_program_)
            return out;
        for (const Group& group : groups_.list)
            if (group.noun != nullptr)
                add(short_id_of(group), group.name + "_id");
        return out;
    }

    static std::string short_id_of(const Group& group) {
        return fmt::format("{} || {}", literal(group.noun->prefix), group.id);
    }

    std::string joins() {
        std::string out;
        if (worth_of_deals())
            out = fmt::format(deal_joins,
                              fmt::arg("net", sql::formula_value("line_net", "deal", "r")));
        out += groups_.joins;
        if (method_ != nullptr)
            out += marks_.expand(method_->joins);
        return out;
    }

    std::string group_by() {
        std::vector<std::string> keys = groups_.keys();
        if (grouped_by_currency())
            keys.push_back(currency());
        return keys.empty() ? "HAVING count(*) > 0" : "GROUP BY " + text::joined(keys, ", ");
    }

    /// By the groups of --by.
    std::string partition() const {
        std::vector<std::string> keys;
        for (const Group& group : groups_.list)
            if (group.field != nullptr)
                keys.insert(keys.end(), group.keys.begin(), group.keys.end());
        return keys.empty() ? "" : "PARTITION BY " + text::joined(keys, ", ");
    }

    std::string order() {
        std::string out;
        for (const Group& group : groups_.list)
            for (const std::string& term : group.order)
                out += term + ", ";
        if (grouped_by_currency())
            out += currency() + ",";
        return out;
    }

    /// An ORDER BY without groups may end in a comma, or have nothing to sort by.
    static std::string without_idle_order(std::string sql) {
        const auto trim = [&sql] { sql.erase(sql.find_last_not_of(" ,\n") + 1); };
        trim();
        if (sql.ends_with("\nORDER BY")) {
            sql.erase(sql.size() - 8);
            trim();
        }
        return sql;
    }

    std::string statement(bool for_program) {
        for_program_ = for_program;
        return without_idle_order(marks_.expand(report_.sql));
    }

    // --- statements beside the report's own

    /// FROM and WHERE of the report. They begin lines, and {group} follows them.
    std::string from_and_where() {
        const std::size_t from = report_.sql.find("\nFROM ") + 1;
        return marks_.expand(report_.sql.substr(from, report_.sql.find("{group}") - from));
    }

    std::string records() {
        std::string text = "NULL";
        std::string id = "NULL";
        if (!groups_.list.empty()) {
            const Group& first = groups_.list.front();
            text = first.text;
            if (first.noun != nullptr)
                id = short_id_of(first);
        }
        return fmt::format("SELECT t.\"id\", {}, {}\n{}\nORDER BY t.\"id\"", text, id,
                           from_and_where());
    }

    /// Selects the currency and the day of an amount that has no rate.
    std::string missing_rate() {
        if (!report_.missing.empty())
            return fmt::format(
                "SELECT substr({0}, 1, 3), substr({0}, 5)\n{1}\n      AND {0} IS NOT NULL\nLIMIT 1",
                report_.missing, from_and_where());
        if (!report_.has_money())
            return {};
        const std::string from = value_currency();
        const std::string day = rate_day();
        return fmt::format(
            "SELECT {0}, {1}\n{2}\n      AND {3} IS NOT NULL AND {4} IS NOT NULL\nLIMIT 1", from,
            day, from_and_where(), own_value(), missing_rate(from, day));
    }

    // --- marks

    std::string text_of(std::string_view name) {
        if (name == "by")
            return group_columns();
        if (name == "joins")
            return joins();
        if (name == "where")
            return where_;
        if (name == "group")
            return group_by();
        if (name == "order")
            return order();
        if (name == "partition")
            return partition();
        if (name == "value")
            return value();
        if (name == "currency")
            return currency();
        if (name == "value_currency")
            return value_currency();
        if (name == "weighted" && method_ != nullptr)
            return marks_.expand(method_->weighted);
        if (name == "stages")
            return stages_.table();
        if (name == "live")
            return sql::live();
        if (name == "now")
            return literal(clock_.now.iso());
        if (name == "today")
            return literal(clock_.today().iso());
        if (name == "own_currency")
            return literal(own_currency_);
        if (name == "minor_per_major")
            return sql::minor_per_major(literal(main_currency()));
        if (name == "own_minor_per_major")
            return sql::minor_per_major(literal(own_currency_));
        if (name == "owner_part" && report_.plan)
            return fmt::format("{}", 1 - report_.plan->team / 100);
        if (name == "team_part" && report_.plan)
            return fmt::format("{}", report_.plan->team / 100);
        unknown_mark(name);
    }

    std::string call(std::string_view name, std::span<const std::string> arguments) {
        const std::string& x = arguments[0];
        if (arguments.size() == 3 && name == "converted")
            return converted(x, arguments[1], arguments[2]);
        if (arguments.size() == 2)
            return call_with_two(name, x, arguments[1]);
        if (name == "money")
            return for_program_ ? x : sql::as_money(dialect_, x, currency());
        if (name == "round")
            return rounding()(x);
        if (name == "mean")
            return mean(x);
        if (name == "day")
            return dialect_.local_day(x);
        if (name == "seconds")
            return sql::duration_seconds(x);
        if (name == "live")
            return sql::live(x);
        if (name == "stage_number")
            return stages_.number_of(x);
        if (name == "week_start")
            return dialect_.week_start(x);
        if (name == "noun")
            return std::to_string(model_.get(x).number);
        if (name == "field")
            return computed(x).at(0);
        if (name == "field_currency")
            return computed(x).at(1);
        if (name == "formula")
            return sql::formula_value(x, entity_.noun, "t", has_records_);
        if (name == "value_of")
            return sql::formula_value("deal_value", "deal", x, has_records_);
        if (name == "currency_of")
            return sql::formula_currency("deal_value", "deal", x, has_records_);
        if (name == "commission" && report_.plan)
            return commission_of(*report_.plan, x, currency(), dialect_);
        unknown_mark(name);
    }

    std::string call_with_two(std::string_view name, const std::string& a, const std::string& b) {
        if (name == "number")
            return dialect_.decimal(a, std::stoi(b));
        if (name == "share")
            return fmt::format("CASE WHEN {} > 0 THEN {} END", b,
                               dialect_.decimal(fmt::format("{} * 1.0 / {}", a, b), 6));
        if (name == "days")
            return dialect_.days_between(a, b);
        if (name == "hours")
            return fmt::format("({} * 24)", dialect_.days_between(a, b));
        if (name == "greater")
            return dialect_.greater(a, b);
        if (name == "lesser")
            return dialect_.lesser(a, b);
        if (name == "add_days")
            return dialect_.add_days(a, b);
        if (name == "missing_rate")
            return missing_rate(a, b);
        unknown_mark(name);
    }

    [[noreturn]] void unknown_mark(std::string_view name) const {
        throw Error(Fault::internal, "bad_report",
                    fmt::format("{}: there is no mark '{}'", report_.name, name));
    }

    std::vector<std::string> computed(std::string_view field) const {
        return sql::cells(*entity_.find(field), "t", has_records_);
    }

    const Report& report_;
    const Request& request_;
    store::Resolver& resolver_;
    const Clock& clock_;
    const std::string own_currency_;
    const meta::Model& model_;
    const sql::Dialect& dialect_;
    const std::vector<const meta::Entity*> nouns_;
    const meta::Entity& entity_;
    const Method* method_;
    Groups groups_;
    StageNumbers stages_;
    MarkExpander marks_;
    const std::function<bool(std::string_view)> has_records_ = [this](std::string_view noun) {
        return has_records(noun);
    };
    bool for_program_ = true;  ///< selects ids and minor units, which are exact, too
    std::string where_;
    Statement out_;
};

std::string literal_of(const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value))
        return std::to_string(*number);
    if (const auto* text = std::get_if<std::string>(&value))
        return literal(*text);
    return "NULL";
}

std::string without_blank_lines(std::string_view text) {
    std::string out;
    for (const std::string_view line : text::split(text, '\n')) {
        const std::size_t last = line.find_last_not_of(' ');
        if (last != std::string_view::npos)
            out.append(out.empty() ? "" : "\n").append(line.substr(0, last + 1));
    }
    return out;
}

}  // namespace

Statement compile(const Report& report, const Request& request, store::Resolver& resolver,
                  const Clock& clock) {
    if (report.over_views())
        return compile_views(report, request, resolver, clock);
    if (!request.parameters.empty())
        read_parameters(report, request.parameters, resolver, clock);
    return Compiler(report, request, resolver, clock).compile();
}

std::string as_script(const Statement& statement) {
    const std::string sql = without_blank_lines(statement.script);
    std::string out;
    bool quoted = false;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        if (!quoted && sql.compare(i, 2, "--") == 0) {
            const std::size_t end = std::min(sql.find('\n', i), sql.size());
            out += sql.substr(i, end - i);
            i = end - 1;
            continue;
        }
        if (sql[i] == '\'')
            quoted = !quoted;
        if (quoted || sql[i] != '?') {
            out += sql[i];
            continue;
        }
        std::size_t number = 0;
        while (i + 1 < sql.size() && sql[i + 1] >= '0' && sql[i + 1] <= '9')
            number = number * 10 + static_cast<std::size_t>(sql[++i] - '0');
        if (number == 0)
            out += '?';
        else
            out +=
                number > statement.binds.size() ? "NULL" : literal_of(statement.binds[number - 1]);
    }
    return out + ";\n";
}

}  // namespace crm::report
