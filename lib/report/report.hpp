#pragma once

#include "report/commission.hpp"
#include "report/result.hpp"

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
    std::string weighted;  ///< SQL of what a record is expected to bring, in minor units
    std::string joins;
};

/// A report file is one SELECT below a header of comments `-- key: value`:
///
///     report    its name
///     help      what it shows, in one line
///     noun      the records that it is about, in the SQL as `t`
///     query     which of them, as a query; without it all
///     period    the field that -p is about
///     days      SQL of the first and the last day of a record, separated by a comma, where -p is
///               about a span of days: it finds records whose span has one of its days
///     by        the fields that it is grouped by without --by
///     always    a field that it is grouped by, too, where --by does not name it: figures of its
///               values cannot be added
///     group     NAME = SQL: a first group that is no field
///     group-id  NOUN = SQL: the number of the record that this group is
///     value     SQL of what a record is worth, in minor units; without it that of a deal
///     currency  SQL of the currency of that value
///     missing   SQL of an amount without a rate, as {missing_rate} gives it, where the report has
///               no money of its own
///     column    NAME TYPE meaning: a figure, in the order of the SELECT
///     chart     the column that a chart draws; without it the first amount, else the first figure
///     basis     of commissions: what the plans pay for that it computes
///
/// The TYPE of a column is integer, number(DIGITS), share or money. A comment line that begins
/// with several blanks continues the line before. marks.hpp lists the marks of the SQL.
struct Report {
    std::string name, help, noun, query, period, by, always;
    std::string first_day, last_day;  ///< SQL, where -p is about a span of days
    std::string group_name, group_sql;
    std::string group_noun, group_id;
    std::string value, currency;
    std::string missing;
    std::vector<Column> columns;
    std::vector<std::string> basis;
    std::string sql;

    std::vector<Method> methods;         ///< the first one counts without --method
    std::optional<CommissionPlan> plan;  ///< of commissions

    bool has_money() const;
};

/// Reads a report file, whose name is for errors. Throws internal where the header is wrong.
Report read_report(std::string_view text, std::string_view file);
Method read_method(std::string_view text, std::string_view file);

}  // namespace crm::report
