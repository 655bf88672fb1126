#pragma once

#include "base/error.hpp"
#include "meta/entity.hpp"
#include "report/commission.hpp"
#include "report/result.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// A report as its file declares it.
namespace crm::report {

/// A way to weight amounts, from a file in sql/methods; --method chooses one. The header has the
/// keys method, reports (that offer it), help and weighted; the SQL below it is added to FROM.
struct Method {
    std::string name, help;
    std::vector<std::string> reports;
    std::string
        weighted;  ///< SQL of what the records of a group are expected to bring, in minor units
    std::string joins;
};

/// A value that a report file asks for: `crm report unpaid least=50EUR`.
struct Parameter {
    enum class Type : unsigned char {
        text,
        integer,
        number,
        percent,
        boolean,
        choice,  ///< one of `words`
        date,
        period,  ///< bound as :name_from and :name_to, both included
        money,   ///< bound as :name, in minor units, and :name_currency
        record,  ///< of `noun`; bound as its short id
    };
    std::string name;
    Type type = Type::text;
    std::string type_text;  ///< as the file has it: choice(a|b)
    std::vector<std::string> words;
    std::string noun;
    bool optional = false;
    std::optional<std::string> fallback;  ///< counts where none is given
    std::string help;
    int line = 0;  ///< of the file

    bool required() const { return !optional && !fallback; }
};

/// A figure of a report file.
struct FileColumn : Column {
    std::string minor, currency_column;  ///< of money: the columns of the SELECT that it is made of
    std::string type_text;               ///< as the file has it: money(amount_minor, currency)
    int line = 0;                        ///< of the file
};

/// A report file is one SELECT below a header of comments `-- key: value`:
///
///     report    its name
///     title     for people; without it the name
///     help      what it shows, in one line
///     noun      the records that it is about, in the SQL as `FROM v_NOUN t`
///     query     which of them, as a query; without it all
///     period    the field that -p is about
///     by        the fields that it is grouped by without --by
///     param     NAME TYPE [= DEFAULT | ?] meaning: see Parameter
///     column    NAME TYPE ["Title"] meaning: a figure
///     chart     [KIND] COLUMN: what a chart draws; without it the first amount, else figure
///
/// The TYPE of a column is one of ColumnType: text, date, instant, month, boolean, duration,
/// integer, number(DIGITS), share, percent, money(MINOR, CURRENCY), days or a noun. A comment line
/// that begins with several blanks continues the line before.
///
/// The SQL is over the views of `crm sql` (sql/views.hpp) and has marks (compile.cpp).
///
/// Reports of the program have further keys:
///
///     days      SQL of the first and the last day of a record, separated by a comma, where -p is
///               about a span of days: it finds records whose span has one of its days
///     always    a field that it is grouped by, too, where --by does not name it: figures of its
///               values cannot be added
///     group     NAME = SQL: a first group that is no field
///     group-id  NOUN = SQL: the number of the record that this group is
///     sums      with `group`: the columns that --totals adds up, separated by blanks; the others
///               stay empty. Without it the report has no totals
///     value     the amount of the view that {value} is; without it `value`, what a deal is worth
///     missing   SQL of an amount without a rate, as {missing_rate} gives it, where the report has
///               no money of its own
///     unrecorded  a figure that is empty where nobody recorded it, which a note says
///     note      what a reader should know of the figures; it is printed with them
///     basis     of commissions: what the plans pay for that it computes
struct Report {
    std::string name, title, help, noun, query, period, by, always;
    std::string first_day, last_day;  ///< SQL, where -p is about a span of days
    std::string group_name, group_sql;
    std::string group_noun, group_id;
    std::vector<std::string> sums;
    std::string value;
    std::string missing;
    std::string unrecorded, note;
    std::vector<Parameter> parameters;
    std::vector<FileColumn> columns;
    std::vector<std::string> basis;
    std::string chart;  ///< bar, column, line or none; empty: the figures decide
    std::string sql;
    bool computed = false;  ///< C++ takes the place of the SQL

    std::string path;                  ///< the file of a user; empty for a report of the program
    int sql_line = 0;                  ///< the line of the file in which the SQL begins
    std::map<std::string, int> lines;  ///< of the keys of the header

    std::vector<Method> methods;         ///< the first one counts without --method
    std::optional<CommissionPlan> plan;  ///< of commissions

    bool has_money() const;
    /// What is wrong at a line of the file: usage, with FILE:LINE. `key`: a key of the header, or
    /// "sql".
    Error fault_at(std::string_view key, std::string_view what, std::string hint = {}) const;
    Error fault_at(int line, std::string_view what, std::string hint = {}) const;
};

/// Reads a report file; `file` is its name, for errors. Throws usage with FILE:LINE where the
/// header is wrong.
Report read_report(std::string_view text, std::string_view file);
/// Reads the report of a user, which has only the keys that are documented for them.
Report read_own_report(std::string_view text, const std::string& path);
Method read_method(std::string_view text, std::string_view file);

/// Throws usage with FILE:LINE where the header names a noun, a field or a type that is not there.
void check_names(const Report& report, const meta::Model& model);

/// Where the file does not name the figure of its chart, it is the one that ORDER BY begins with.
void chart_order(const Report& report, Result& out);

}  // namespace crm::report
