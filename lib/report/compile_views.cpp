#include "base/suggest.hpp"
#include "base/text.hpp"
#include "query/lower.hpp"
#include "report/compile.hpp"
#include "report/groups.hpp"
#include "report/parameters.hpp"
#include "report/sql_text.hpp"
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
/// and :name for a parameter, :today, :now, :me.
namespace crm::report {
namespace {

using sql::literal;
using sql::quoted;

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

class ViewCompiler {
public:
    ViewCompiler(const Report& report, const Request& request, store::Resolver& resolver,
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
        out_.figures = report_.columns;
        if (out_.guarded)
            check_own_text();
        const SqlText text = expanded(report_.sql, report_.sql_line);
        out_.sql = out_.script = with_joins(text.text());
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

    void refuse_options() const {
        if (!request_.method.empty())
            refuse("--method", "methods");
        if (!request_.currency.empty())
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
            groups_ = read_groups(request_.by.value_or(report_.by), *entity_, dialect_, Over::view);
        } catch (const Error& e) {
            if (request_.by)
                throw;
            throw report_.fault_at("by", e.message, e.hint);
        }
        for (const Group& group : groups_.list) {
            out_.record_groups.push_back(group.noun != nullptr);
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
        if (!request_.period.empty() && !report_.period.empty())
            words.push_back(words_of_period());
        where_ = condition_of(words);
    }

    std::string words_of_period() const {
        const auto days = read_dates(request_.period, clock_);
        if (!days)
            throw days.error();
        return fmt::format("{}:{}..{}", report_.period, days->first ? days->first->iso() : "",
                           days->last ? days->last->iso() : "");
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
        return fmt::format("t.\"key\" IN (SELECT t.\"id\" FROM {} t WHERE {})",
                           quoted(entity_->noun), condition->sql);
    }

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
        for (const SqlPart& part : parts_of(sql, line)) {
            switch (part.kind) {
                case SqlPart::Kind::text:
                    out.add(part.text, part.line);
                    break;
                case SqlPart::Kind::parameter:
                    out.add(parameter(part), part.line);
                    break;
                case SqlPart::Kind::mark:
                    out.add(indented(mark(part), out.indent()), part.line);
                    break;
            }
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

    static std::string indented(const std::string& sql, const std::string& indent) {
        std::string out;
        for (const char c : sql) {
            out += c;
            if (c == '\n')
                out += indent;
        }
        return out;
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
            if (std::ranges::find(out, currency) == out.end())
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
                out += term + ", ";
        return out;
    }

    // --- joins

    /// The joins of groups that follow a link, behind `v_deal t`.
    std::string with_joins(const std::string& sql) const {
        if (groups_.joins.empty())
            return sql;
        const std::size_t at = end_of_from(sql);
        std::string joins = groups_.joins;
        joins.pop_back();
        return sql.substr(0, at) + "\n" + joins + sql.substr(at);
    }

    /// Where `v_deal t` ends.
    std::size_t end_of_from(const std::string& sql) const {
        const std::string name = sql::view_name(*entity_);
        const std::size_t from = find_keyword(sql, "FROM");
        for (const std::string& view : {name + " t", quoted(name) + " t"}) {
            const std::size_t at = from == sql.npos ? sql.npos : sql.find(view, from);
            if (at != sql.npos &&
                text::trimmed(std::string_view(sql).substr(from + 4, at - from - 4)).empty())
                return at + view.size();
        }
        throw report_.fault_at("sql",
                               fmt::format("noun {} requires {} t behind FROM", report_.noun, name),
                               fmt::format("{} t", name));
    }

    // --- statements beside the report's own

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
        out_.count = fmt::format("SELECT count(*) FROM {} t WHERE {}",
                                 quoted(sql::view_name(*entity_)), where_);
        // The engine opens the full text, which a guarded statement must not do.
        resolver_.store().db().prepare(out_.count);
        const std::string from = from_and_where();
        if (from.empty())
            return;
        std::string text = "NULL";
        std::string id = "NULL";
        if (!groups_.list.empty()) {
            const Group& first = groups_.list.front();
            text = first.text;
            if (first.noun != nullptr)
                id = short_id_of(first);
        }
        out_.records =
            fmt::format("SELECT t.\"key\", {}, {}\n{}\nORDER BY t.\"key\"", text, id, from);
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
    std::string where_ = "TRUE";
    bool is_check_ = false;  ///< what the program adds is left out
    Statement out_;
};

}  // namespace

Statement compile_views(const Report& report, const Request& request, store::Resolver& resolver,
                        const Clock& clock) {
    return ViewCompiler(report, request, resolver, clock).compile();
}

}  // namespace crm::report
