#include "report/compile.hpp"

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "query/lower.hpp"
#include "report/groups.hpp"
#include "report/parameters.hpp"
#include "report/program_marks.hpp"
#include "report/sql_text.hpp"
#include "sql/computed.hpp"
#include "sql/connection.hpp"
#include "sql/expression.hpp"
#include "sql/views.hpp"
#include "store/query_context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

/// Report files over the views of `crm sql`. The marks of their SQL:
///
///     {by}              the columns of the groups, each with its comma
///     {where}           the condition: query, --where and -p; TRUE without one
///     {group}           the whole GROUP BY: the groups, and the currencies of the amounts
///     {order}           what sorts the groups, each with its comma
///     {?name SQL}       the SQL where the parameter has a value
///     {day(x)}, {week(x)}, {month(x)}, {quarter(x)}, {year(x)}
///                       of a day, or of the local day of an instant; a week is its Monday
///     {days(a, b)}, {hours(a, b)}   from a to b, with a fraction
///     {share(a, b)}     a / b with six decimals; NULL where b is 0
///     {seconds(x)}      of a duration
///     {own_currency}    the currency of the database
///
/// and :name for a parameter, :today, :now, :me. Reports of the program have more marks:
///
///     {value}           what a record is worth, in minor units; with --in in that currency
///     {currency}        the currency of {value}
///     {value_currency}  the same before --in converts it
///     {weighted}        what the method expects the records of a group to bring, in minor units
///     {method}          the joins that it needs
///     {partition}       PARTITION BY the groups of --by, for window functions
///     {key}             the column of the view that has the number of a record
///     {noun(name)}      the number of a noun, as in the columns about_noun
///     {stages}          SELECT of all stages but the lost one: number (from 1) and name
///     {stage_number(x)} the number of a stage; 1 for the lost one
///     {deal_value(x)}, {deal_currency(x)}  what the row x of v_deal is worth
///     {greater(a, b)}, {lesser(a, b)}, {add_days(day, n)}
///     {round(x)}        a whole number; refused where it is too large to be exact
///     {mean(x)}         of whole numbers, rounded to a whole one
///     {commission(x)}, {owner_part}, {team_part}  of the plan of commission
///     {minor_per_major}, {own_minor_per_major}  how many minor units one major unit has: of the
///                       currency of --in, and of that of the database
///     {converted(x, currency, day)}  minor units in the currency of --in; without it NULL for an
///                       amount that is not in the database's currency
///     {missing_rate(currency, day)}  a text that names both where --in needs a rate that is not
///                       there, else NULL
namespace crm::report {
namespace {

using sql::literal;
using sql::quoted;

std::string without_blank_lines(std::string_view text) {
    std::string out;
    for (const std::string_view line : text::split(text, '\n')) {
        const std::size_t last = line.find_last_not_of(' ');
        if (last != std::string_view::npos)
            out.append(out.empty() ? "" : "\n").append(line.substr(0, last + 1));
    }
    return out;
}

constexpr std::string_view view_hint = "crm sql --views shows the views and their columns";

/// SQL that grows, and the line of the file that each part of it comes from.
class SqlText {
public:
    void add(std::string_view sql, int line) {
        lines_.emplace_back(text_.size(), line);
        text_ += sql;
    }
    const std::string& text() const { return text_; }
    /// A line of a part with several ones counts from its first.
    int line_at(std::size_t place) const {
        const auto part = std::ranges::upper_bound(lines_, place, {}, &Part::first);
        if (part == lines_.begin())
            return 0;
        const auto [begin, line] = *std::prev(part);
        const std::size_t end = std::min(place, text_.size());
        return line + line_breaks(std::string_view(text_).substr(begin, end - begin));
    }
    /// Blanks up to where the next part begins.
    std::string indent() const {
        const std::size_t line = text_.rfind('\n');
        return std::string(line == text_.npos ? text_.size() : text_.size() - line - 1, ' ');
    }

private:
    using Part = std::pair<std::size_t, int>;
    std::string text_;
    std::vector<Part> lines_;
};

class Compiler {
public:
    Compiler(const Report& report, const Request& request, store::Resolver& resolver,
             const Clock& clock)
        : report_(report),
          request_(request),
          resolver_(resolver),
          clock_(clock),
          model_(resolver.store().model()),
          dialect_(resolver.store().db().dialect()) {
        check_names(report, model_);
        if (!report.noun.empty())
            entity_ = &model_.get(report.noun);
        if (entity_ != nullptr && report.path.empty())
            program_.emplace(report, request, resolver, clock);
        refuse_options();
        bindings_ = read_parameters(report, parameters(), resolver, clock);
        read_all_groups();
        if (entity_ != nullptr)
            compile_where();
    }

    Statement compile() {
        out_.entity = entity_;
        out_.guarded = !report_.path.empty();
        out_.own_currency = resolver_.store().currency();
        out_.unrecorded = report_.unrecorded;
        out_.clock = clock_;
        out_.note = report_.note;
        set_figures();
        if (out_.guarded)
            check_own_text();
        const SqlText text = expanded(report_.sql, report_.sql_line);
        out_.sql = without_idle_order(without_blank_lines(with_joins(text.text())));
        if (entity_ != nullptr)
            add_statements_of_records();
        return std::move(out_);
    }

private:
    [[noreturn]] void refuse(std::string_view option, std::string_view needs) const {
        throw Error(Fault::usage, "not_offered",
                    fmt::format("{} requires that the report has {}", option, needs),
                    report_.path.empty() ? fmt::format("leave out {}", option)
                                         : fmt::format("see {}", report_.path));
    }

    /// Amounts are in the currency of --in.
    void set_figures() {
        out_.figures = report_.columns;
        if (!program_)
            return;
        out_.currency = program_->asked_currency();
        for (FileColumn& column : out_.figures)
            if (column.type == ColumnType::money)
                column.unit = out_.currency;
    }

    void refuse_options() const {
        if (!request_.method.empty() && !program_)
            refuse("--method", "methods");
        const bool converts = program_ && (program_->converts() || !report_.has_money());
        if (!request_.currency.empty() && !converts)
            refuse("--in", "amounts that the program converts");
        if (entity_ == nullptr) {
            if (request_.by)
                refuse("--by", "a noun");
            if (!request_.where.empty())
                refuse("--where", "a noun");
        }
        if (!request_.period.empty() && report_.period.empty() && parameter_of_period() == nullptr)
            refuse("-p", "a period");
        if (request_.by && !has_mark("by"))
            refuse("--by", "{by}");
        const bool is_condition = !request_.where.empty() ||
                                  (!request_.period.empty() && parameter_of_period() == nullptr);
        if (is_condition && !has_mark("where"))
            refuse("--where and -p", "{where}");
    }

    /// What -p means in a report that is about no records.
    const Parameter* parameter_of_period() const {
        if (!report_.period.empty())
            return nullptr;
        const auto found =
            std::ranges::find(report_.parameters, Parameter::Type::period, &Parameter::type);
        return found == report_.parameters.end() ? nullptr : &*found;
    }

    std::vector<std::string> parameters() const {
        std::vector<std::string> out = request_.parameters;
        if (const Parameter* period = parameter_of_period(); period && !request_.period.empty())
            out.push_back(period->name + "=" + request_.period);
        return out;
    }

    bool has_mark(std::string_view name) const {
        return report_.sql.find(fmt::format("{{{}}}", name)) != std::string::npos;
    }

    void read_all_groups() {
        if (entity_ == nullptr)
            return;
        try {
            groups_ = read_groups(by(), *entity_, dialect_);
        } catch (const Error& e) {
            if (request_.by)
                throw;
            throw report_.fault_at("by", e.message, e.hint);
        }
        if (!report_.group_sql.empty())
            groups_.list.insert(groups_.list.begin(), group_of_report());
        for (const Group& group : groups_.list) {
            Column& column = out_.columns.emplace_back(Column{.name = column_name(group)});
            column.type = group.type;
            column.group = true;
            if (group.noun != nullptr)
                column.noun = group.noun->noun;
        }
        if (!groups_.list.empty()) {
            out_.first_group = groups_.list.front().field;
            out_.first_noun = groups_.list.front().noun;
        }
    }

    /// The fields of --by, and the one that the report is always grouped by.
    std::string by() const {
        const std::string named = request_.by.value_or(report_.by);
        const auto fields = text::split(std::string_view(named), ',');
        if (report_.always.empty() || std::ranges::find(fields, report_.always) != fields.end())
            return named;
        return named.empty() ? report_.always : named + "," + report_.always;
    }

    /// The group that is no field. The report sorts it, after all others.
    Group group_of_report() const {
        Group out{.name = report_.group_name,
                  .text = report_.group_sql,
                  .keys = {report_.group_sql},
                  .order = {}};
        if (out.name == "month")
            out.type = ColumnType::month;
        if (!report_.group_id.empty()) {
            out.type = ColumnType::link;
            out.noun = &model_.get(report_.group_noun);
            out.id = report_.group_id;
            out.keys.push_back(out.id);
        }
        return out;
    }

    /// A group and a figure do not share a name: --by amount.
    std::string column_name(const Group& group) const {
        const bool is_taken =
            std::ranges::find(report_.columns, group.name, &Column::name) != report_.columns.end();
        return is_taken ? "by_" + group.name : group.name;
    }

    // --- the condition

    void compile_where() {
        try {
            condition_of({report_.query});
        } catch (const Error& e) {
            throw report_.fault_at("query", e.message, e.hint);
        }
        std::vector<std::string> words;
        for (const std::string* query : {&report_.query, &request_.where})
            if (!query->empty())
                words.push_back("(" + *query + ")");
        const bool is_span = !report_.first_day.empty();
        if (!request_.period.empty() && !report_.period.empty() && !is_span) {
            words.push_back(words_of_period());
            out_.period_column = "t." + report_.period;
            out_.period = read_period();
        }
        where_ = condition_of(words);
        if (is_span && !request_.period.empty())
            where_ += span_condition();
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

    DateSpan read_period() const {
        auto days = read_dates(request_.period, clock_);
        if (!days)
            throw days.error();
        return *days;
    }

    std::string words_of_period() const {
        const DateSpan days = read_period();
        return fmt::format("{}:{}..{}", report_.period, days.first ? days.first->iso() : "",
                           days.last ? days.last->iso() : "");
    }

    /// A condition on a row of the view; on the records of the table where the view lacks a column.
    std::string condition_of(std::vector<std::string> words) {
        std::erase(words, "");
        if (words.empty())
            return "TRUE";
        auto condition =
            query::compile(words, *entity_, store::query_context(resolver_, clock_, words), "t");
        if (!condition)
            throw condition.error();
        out_.binds = std::move(condition->binds);
        if (condition->sql.empty())
            return "TRUE";
        if (auto sql = sql::over_view(*entity_, condition->sql, "t"))
            return *sql;
        return fmt::format("{} IN (SELECT t.\"id\" FROM {} t WHERE {})", key(),
                           quoted(entity_->noun), condition->sql);
    }

    std::string key() const { return "t." + quoted(sql::extra_column(*entity_, "key")); }

    // --- the text

    /// The engine compiles what the user wrote, which may read views only: the condition and the
    /// groups, which the program writes, are left out.
    void check_own_text() {
        for (const TableName& table : table_names(report_.sql))
            if (!table.name.starts_with("v_") && resolver_.store().db().has_table(table.name))
                throw report_.fault_at(
                    report_.sql_line + table.line,
                    fmt::format("only views can be read: {} is a table", table.name),
                    std::string(view_hint));
        is_check_ = true;
        const SqlText text = expanded(report_.sql, report_.sql_line);
        is_check_ = false;
        try {
            const sql::Statement statement =
                resolver_.store().db().query(text.text(), longest_run, sql::Readable::views);
            check_columns(statement);
        } catch (const Error& e) {
            if (e.code == "not_allowed")
                throw report_.fault_at("sql", e.message, std::string(view_hint));
            if (e.code != "bad_sql")
                throw;
            const bool has_place = e.at != std::string::npos && e.at > 0;
            throw report_.fault_at(has_place ? text.line_at(e.at) : report_.sql_line, e.message,
                                   e.hint);
        }
    }

    void check_columns(const sql::Statement& statement) const {
        std::vector<std::string> names;
        for (int i = 0; i < statement.columns(); ++i)
            names.emplace_back(statement.column_name(i));
        const auto check = [&](const FileColumn& column, const std::string& name) {
            if (std::ranges::find(names, name) != names.end())
                return;
            Error e =
                report_.fault_at(column.line, fmt::format("the SELECT does not return '{}'",
                                                          text::visible(text::clipped(name, 40))));
            suggest(e, name, names, "it returns " + text::joined(names, ", "));
            throw e;
        };
        for (const FileColumn& column : report_.columns) {
            if (column.minor.empty()) {
                check(column, column.name);
            } else {
                check(column, column.minor);
                check(column, column.currency_column);
            }
        }
    }

    SqlText expanded(std::string_view sql, int line) {
        SqlText out;
        bool is_gone = false;  // a mark that is nothing takes the blank behind it along
        for (const SqlPart& part : parts_of(sql, line)) {
            switch (part.kind) {
                case SqlPart::Kind::text:
                    out.add(part.text.substr(is_gone && part.text.starts_with(' ') ? 1 : 0),
                            part.line);
                    break;
                case SqlPart::Kind::parameter:
                    out.add(parameter(part), part.line);
                    break;
                case SqlPart::Kind::mark: {
                    // What is written inside a mark of several lines is indented already.
                    const bool has_lines = part.text.find('\n') != std::string_view::npos;
                    const std::string sql = mark(part);
                    out.add(has_lines ? sql : sql::indented(sql, out.indent()), part.line);
                    is_gone = sql.empty();
                    continue;
                }
            }
            is_gone = false;
        }
        return out;
    }

    std::vector<SqlPart> parts_of(std::string_view sql, int line) const {
        try {
            return sql_parts(sql, line);
        } catch (const BadSqlText& e) {
            throw report_.fault_at(e.line, e.message);
        }
    }

    /// The parameter of the statement that has the value; each use of a name is the same one.
    std::string parameter(const SqlPart& part) {
        const std::string name(part.text);
        const auto value = bindings_.values.find(name);
        if (value == bindings_.values.end())
            unknown_parameter(part);
        const auto [bound, is_new] = bound_.emplace(name, out_.binds.size() + 1);
        if (is_new)
            out_.binds.push_back(value->second);
        if (bindings_.numbers.contains(name))
            return fmt::format("CAST(?{} AS DOUBLE PRECISION)", bound->second);
        return fmt::format("?{}", bound->second);
    }

    [[noreturn]] void unknown_parameter(const SqlPart& part) const {
        std::vector<std::string> names;
        for (const auto& [name, value] : bindings_.values)
            names.push_back(name);
        Error e = report_.fault_at(
            part.line, fmt::format("there is no parameter :{}", text::clipped(part.text, 40)));
        suggest(e, part.text, names, fmt::format("-- param: {} TYPE", part.text));
        throw e;
    }

    std::string mark(const SqlPart& part) {
        const std::string_view inside = text::trimmed(part.text);
        if (inside.starts_with('?'))
            return optional_part(inside, part.line);
        const std::size_t open = inside.find('(');
        if (open == std::string_view::npos)
            return mark_named(inside, part.line);
        if (!inside.ends_with(')'))
            throw report_.fault_at(part.line, fmt::format("'{{{}}}' is not closed", inside));
        std::vector<std::string> arguments;
        for (const std::string_view argument :
             split_at_commas(inside.substr(open + 1, inside.size() - open - 2)))
            arguments.push_back(expanded(argument, part.line).text());
        return call(inside.substr(0, open), arguments, part.line);
    }

    /// ?name SQL
    std::string optional_part(std::string_view inside, int line) {
        const std::size_t blank = std::min(inside.find_first_of(" \n\t"), inside.size());
        const std::string name(inside.substr(1, blank - 1));
        std::vector<std::string> names;
        for (const Parameter& parameter : report_.parameters)
            names.push_back(parameter.name);
        if (std::ranges::find(names, name) == names.end()) {
            Error e = report_.fault_at(line, fmt::format("there is no parameter '{}'", name));
            suggest(e, name, names, fmt::format("-- param: {} TYPE ?", name));
            throw e;
        }
        // What a user wrote is checked whether or not it is used.
        if (!is_check_ && !bindings_.given.contains(name))
            return {};
        return expanded(text::trimmed(inside.substr(blank)), line).text();
    }

    std::string mark_named(std::string_view name, int line) {
        if (name != "group" && entity_ == nullptr &&
            (name == "by" || name == "where" || name == "order"))
            throw report_.fault_at(line, fmt::format("{{{}}} requires noun", name),
                                   "-- noun: deal, and FROM v_deal t");
        if (name == "by")
            return group_columns();
        if (name == "where")
            return is_check_ ? "TRUE" : where_;
        if (name == "group")
            return group_by();
        if (name == "order")
            return order();
        if (name == "own_currency")
            return literal(resolver_.store().currency());
        if (program_)
            return mark_of_program(name, line);
        unknown_mark(name, line);
    }

    std::string mark_of_program(std::string_view name, int line) {
        if (name == "partition")
            return partition();
        const Method* method = program_->method();
        if (name == "method" && method != nullptr)
            return expanded(method->joins, line).text();
        if (name == "weighted" && method != nullptr)
            return expanded(method->weighted, line).text();
        if (auto sql = program_->find(name, {}))
            return *sql;
        unknown_mark(name, line);
    }

    std::string call(std::string_view name, std::span<const std::string> arguments, int line) {
        const std::string& a = arguments[0];
        if (arguments.size() == 1) {
            if (name == "day")
                return day(a);
            if (name == "week")
                return dialect_.week_start(day(a));
            if (name == "month")
                return sql::month_key(day(a));
            if (name == "quarter")
                return sql::quarter_key(day(a));
            if (name == "seconds")
                return sql::duration_seconds(a);
            if (name == "year")
                return fmt::format("substr({}, 1, 4)", day(a));
        }
        if (arguments.size() == 2) {
            const std::string& b = arguments[1];
            if (name == "days")
                return dialect_.days_between(a, b);
            if (name == "hours")
                return fmt::format("({} * 24)", dialect_.days_between(a, b));
            if (name == "share")
                return fmt::format("round({} * 1.0 / nullif({}, 0), 6)", as_operand(a), b);
        }
        if (program_)
            if (auto sql = program_->find(name, arguments))
                return *sql;
        unknown_mark(fmt::format("{}({} arguments)", name, arguments.size()), line);
    }

    std::string day(const std::string& x) const { return dialect_.local_day(x); }

    [[noreturn]] void unknown_mark(std::string_view name, int line) const {
        static const std::vector<std::string> known = {
            "by",      "where", "group", "order", "day",   "week",    "month",
            "quarter", "year",  "days",  "hours", "share", "seconds", "own_currency"};
        Error e = report_.fault_at(
            line, fmt::format("there is no mark {{{}}}", text::visible(text::clipped(name, 40))));
        suggest(e, name, known, fmt::format("marks: {}", text::joined(known, ", ")));
        throw e;
    }

    // --- groups

    std::string group_columns() {
        std::string out;
        if (is_check_)
            return out;
        const auto add = [&out](const std::string& sql, const std::string& name) {
            out += fmt::format("{}{} AS {},", out.empty() ? "" : "\n", sql, quoted(name));
        };
        for (const Group& group : groups_.list)
            add(group.text, column_name(group));
        for (const Group& group : groups_.list)
            if (group.noun != nullptr)
                add(short_id_of(group), column_name(group) + "_id");
        return out;
    }

    static std::string short_id_of(const Group& group) {
        return fmt::format("{} || {}", literal(group.noun->prefix), group.id);
    }

    std::string group_by() {
        std::vector<std::string> keys = is_check_ ? std::vector<std::string>() : groups_.keys();
        std::ranges::copy(currencies(), std::back_inserter(keys));
        return keys.empty() ? "HAVING count(*) > 0" : "GROUP BY " + text::joined(keys, ", ");
    }

    /// What the SELECT has as the currencies of its amounts.
    std::vector<std::string> currencies() {
        std::vector<std::string> out;
        const std::vector<SelectItem> items = select_items(report_.sql);
        for (const FileColumn& column : report_.columns) {
            const auto item = std::ranges::find(items, column.currency_column, &SelectItem::name);
            if (column.currency_column.empty() || item == items.end())
                continue;
            const std::string currency = expanded(item->sql, report_.sql_line).text();
            const bool is_constant = currency.starts_with('\'');  // that of --in
            if (!is_constant && std::ranges::find(out, currency) == out.end())
                out.push_back(currency);
        }
        return out;
    }

    std::string order() const {
        std::string out;
        if (is_check_)
            return out;
        for (const Group& group : groups_.list)
            for (const std::string& term : group.order)
                out += (out.empty() ? "" : " ") + term + ",";
        return out;
    }

    /// By the groups of --by.
    std::string partition() const {
        std::vector<std::string> keys;
        for (const Group& group : groups_.list)
            if (group.field != nullptr)
                keys.insert(keys.end(), group.keys.begin(), group.keys.end());
        return keys.empty() ? "" : "PARTITION BY " + text::joined(keys, ", ");
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

    // --- joins

    /// `v_deal t` with what the statement needs of it: amounts in the currency of --in, and the
    /// joins of groups that follow a link.
    std::string with_joins(const std::string& sql) const {
        const std::string converted = program_ ? program_->converted_column() : std::string();
        const bool converts = !converted.empty() && sql.find("t." + converted) != sql.npos;
        if (!converts && groups_.joins.empty())
            return sql;
        const auto [begin, end] = place_of_records(sql);
        std::string records = sql.substr(begin, end - begin);
        if (converts)
            records = program_->with_converted(records);
        if (!groups_.joins.empty())
            records.append("\n").append(groups_.joins, 0, groups_.joins.size() - 1);
        return sql.substr(0, begin) + records + sql.substr(end);
    }

    /// Where `v_deal t` begins and ends.
    std::pair<std::size_t, std::size_t> place_of_records(const std::string& sql) const {
        const std::string name = sql::view_name(*entity_);
        const std::size_t from = find_keyword(sql, "FROM");
        for (const std::string& view : {name + " t", quoted(name) + " t"}) {
            const std::size_t at = from == sql.npos ? sql.npos : sql.find(view, from);
            if (at != sql.npos &&
                text::trimmed(std::string_view(sql).substr(from + 4, at - from - 4)).empty())
                return {at, at + view.size()};
        }
        throw report_.fault_at("sql",
                               fmt::format("noun {} requires {} t behind FROM", report_.noun, name),
                               fmt::format("{} t", name));
    }

    // --- statements beside the report's own

    /// WITH of the report, where it has one.
    std::string with_clause() {
        const std::size_t select = find_keyword(report_.sql, "SELECT");
        return select == std::string::npos || select == 0
                   ? std::string()
                   : expanded(std::string_view(report_.sql).substr(0, select), report_.sql_line)
                         .text();
    }

    /// FROM and WHERE of the report, which {group} follows; empty where it is not like that.
    std::string from_and_where() {
        const std::size_t from = find_keyword(report_.sql, "FROM");
        const std::size_t group = report_.sql.find("{group}");
        if (from == std::string::npos || group == std::string::npos || group < from)
            return {};
        const SqlText text =
            expanded(text::trimmed(std::string_view(report_.sql).substr(from, group - from)),
                     report_.sql_line + line_breaks(std::string_view(report_.sql).substr(0, from)));
        return with_joins(text.text());
    }

    void add_statements_of_records() {
        const std::string from = from_and_where();
        const std::string with = with_clause();
        out_.count = report_.first_day.empty()
                         ? fmt::format("SELECT count(*) FROM {} t WHERE {}",
                                       quoted(sql::view_name(*entity_)), where_)
                         : fmt::format("{}SELECT count(DISTINCT {}) {}", with, key(), from);
        // The engine opens the full text, which a guarded statement must not do.
        resolver_.store().db().prepare(out_.count);
        if (from.empty())
            return;
        if (program_)
            out_.missing_rate = program_->select_missing_rate(with, from);
        std::string text = "NULL";
        std::string id = "NULL";
        if (!groups_.list.empty()) {
            const Group& first = groups_.list.front();
            text = first.text;
            if (first.noun != nullptr)
                id = short_id_of(first);
        }
        out_.records =
            fmt::format("{0}SELECT {1}, {2}, {3}\n{4}\nORDER BY {1}", with, key(), text, id, from);
    }

    const Report& report_;
    const Request& request_;
    store::Resolver& resolver_;
    const Clock& clock_;
    const meta::Model& model_;
    const sql::Dialect& dialect_;
    const meta::Entity* entity_ = nullptr;
    Bindings bindings_;
    std::map<std::string, std::size_t> bound_;  ///< the number of the parameter of each name
    Groups groups_;
    std::optional<ProgramMarks> program_;  ///< of a report of the program about records
    std::string where_ = "TRUE";
    bool is_check_ = false;  ///< what the program adds is left out
    Statement out_;
};

}  // namespace

Statement compile(const Report& report, const Request& request, store::Resolver& resolver,
                  const Clock& clock) {
    return Compiler(report, request, resolver, clock).compile();
}

}  // namespace crm::report
